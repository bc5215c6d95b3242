import Authoring
import Calibration
import Compression
import Execution
import Graphs
import JSON
import Semantics
import Tensors

/// `quantize(type=i8, scheme="static", calibration="calibration/*.npy")`: weights, or arithmetic too, in fewer bits.
@Sendable func quantizeStep(_ run: inout RecipeRun, _ call: RecipeCall) throws(RecipeError) -> StepReport {
  let settings: QuantizeSettings
  do throws(RecipeProblem) { settings = try QuantizeSettings(call) } catch { throw RecipeError(error) }
  var plan: QuantizationPlan
  let options = try settings.options(call, run.layers)
  do throws(QuantizationPlanner.Problem) {
    plan = try QuantizationPlanner.plan(for: run.model, options)
  } catch {
    throw RecipeError("cannot-quantize", "\(error)", at: call.place)
  }
  let progress = run.progress
  var isCancelled = false
  plan.measure {
    isCancelled = isCancelled || !progress("reading weights", 0, 0)
    return isCancelled
  }
  if isCancelled { throw .cancelled }
  var results: StaticQuantization?
  if options.scheme == .static { results = try calibrated(&plan, settings, call, run) }
  run.model = plan.applied()
  let report = QuantizationReport(plan, path: nil, fileBytes: nil, results: results)
  let changed = plan.layers.count { $0.form != nil }
  return StepReport(
    "quantize",
    "tensors \(Quantity.bytes(plan.bytesBefore)) → \(Quantity.bytes(plan.bytesAfter)), \(changed) of "
      + "\(plan.layers.count) layers", details: report.details, json: report.json)
}

private func calibrated(
  _ plan: inout QuantizationPlan, _ settings: QuantizeSettings, _ call: RecipeCall, _ run: RecipeRun
) throws(RecipeError) -> StaticQuantization {
  let path = run.path(settings.samples ?? "")
  do throws(CalibrationError) {
    let runtime: Runtime
    do throws(RuntimeError) { runtime = try Runtime.shared() } catch { throw .runtime(error) }
    return try StaticQuantization(
      &plan, on: { inputs throws(SampleError) in (try SampleFiles(at: path, for: inputs), []) },
      by: settings.calibration, goal: settings.goal, runtime, progress: run.progress)
  } catch {
    if case .cancelled = error { throw .cancelled }
    throw RecipeError("cannot-quantize", "\(error)", at: call.place(of: "calibration"))
  }
}

extension QuantizeSettings {
  /// With the layers that stay as they are.
  func options(_ call: RecipeCall, _ layers: LayerNames) throws(RecipeError) -> QuantizationOptions {
    var options = options
    options.skipped = try layers.names(in: call.paths("keep"))
    return options
  }

  fileprivate var goal: StaticQuantization.Goal? {
    skippedWorst.map { .leavingWorst($0) } ?? leastSQNR.map { .reaching($0) }
  }
}
