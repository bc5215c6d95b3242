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
  let settings = try QuantizeSettings(call, run.layers)
  var plan: QuantizationPlan
  do throws(QuantizationPlanner.Problem) {
    plan = try QuantizationPlanner.plan(for: run.model, settings.options)
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
  if settings.options.scheme == .static { results = try calibrated(&plan, settings, call, run) }
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
  guard let given = call.text("calibration") else {
    throw RecipeError(
      "cannot-quantize", "a static quantization needs samples: `calibration=\"samples/*.npy\"`", at: call.place)
  }
  let path = given.hasPrefix("/") ? given : run.folder + given
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

/// What a `quantize` step asks for.
struct QuantizeSettings {
  let options: QuantizationOptions
  /// How ranges of activations are chosen.
  let calibration: CalibrationMethod
  let goal: StaticQuantization.Goal?

  private static let schemes: [String: QuantizationOptions.Scheme] = [
    "dynamic": .dynamic, "static": .static, "weight_only": .weights,
  ]
  private static let ranges: [String: RangeMethod] = ["sigma": .sigma(3), "hqq": .hqq]
  private static let calibrations: [String: CalibrationMethod] = [
    "minmax": .minMax, "entropy": .entropy, "percentile": .percentile(99.999), "mse": .meanSquaredError,
    "sigma": .sigma(3),
  ]

  /// - Throws: where what is given does not go together; the planner has the last word.
  init(_ call: RecipeCall, _ layers: LayerNames) throws(RecipeError) {
    func refused(_ name: String, _ reason: String) -> RecipeError {
      RecipeError("cannot-quantize", "`\(name)`: \(reason)", at: call.place(of: name))
    }
    guard let element = call.elementType("type") else { throw refused("type", "it is no element type") }
    let block = call.integer("block_size")
    let scheme = call.text("scheme").flatMap { Self.schemes[$0] } ?? .usual(for: element, inBlocks: block != nil)
    let method = call.text("method")
    if scheme == .static {
      if let method, Self.calibrations[method] == nil { throw refused("method", "\(method) is for weights alone") }
    } else {
      for name in ["calibration", "min_sqnr", "skip_worst"] where call.has(name) {
        throw refused(name, "it goes with scheme=\"static\"")
      }
      if let method, ["percentile", "entropy", "mse"].contains(method) {
        throw refused("method", "\(method) goes with scheme=\"static\"")
      }
    }
    if call.has("min_sqnr"), call.has("skip_worst") { throw refused("skip_worst", "it excludes `min_sqnr`") }
    goal = call.integer("skip_worst").map { .leavingWorst($0) } ?? call.number("min_sqnr").map { .reaching($0) }
    calibration = method.flatMap { Self.calibrations[$0] } ?? .meanSquaredError
    options = QuantizationOptions(
      scheme: scheme, element: element, perChannel: call.boolean("per_channel") ?? false, block: block,
      isSymmetric: call.boolean("symmetric"), method: method.flatMap { Self.ranges[$0] } ?? .minMax,
      skipped: try layers.names(in: call.paths("keep")))
  }
}
