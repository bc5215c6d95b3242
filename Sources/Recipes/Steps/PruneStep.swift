import Authoring
import Calibration
import Compression
import Execution
import Graphs
import JSON
import Operators
import Semantics

/// `prune(ratio=0.4, keep=[fc])`: fewer channels, or zeros for some weights.
@Sendable func pruneStep(_ run: inout RecipeRun, _ call: RecipeCall) throws(RecipeError) -> StepReport {
  let settings: PruneSettings
  do throws(RecipeProblem) { settings = try PruneSettings(call) } catch { throw RecipeError(error) }
  var options = settings.options
  options.kept = try run.layers.names(in: call.paths("keep"))
  options.chosen = try run.layers.names(in: call.paths("only"))
  do throws(CalibrationError) {
    return try prune(&run, settings, options)
  } catch {
    switch error {
    case .cancelled: throw .cancelled
    case .samples: throw RecipeError("cannot-prune", "\(error)", at: call.place(of: "calibration"))
    default: throw RecipeError("cannot-prune", "\(error)", at: call.place)
    }
  }
}

private func prune(
  _ run: inout RecipeRun, _ settings: PruneSettings, _ options: PruningOptions
) throws(CalibrationError) -> StepReport {
  let model = run.model
  let inference = ModelInference(of: model)
  let samples = try settings.samples.map { path throws(CalibrationError) in try run.pruningSamples(at: path) }
  var options = options
  if options.importance == .wanda { options.inputNorms = try samples?.norms(inference) ?? [:] }
  var rebuilt: ReconstructedWeights?
  if let kind = settings.sparsity {
    let norms = options.importance == .wanda ? options.inputNorms : nil
    let plan: SparsityPlan
    do throws(PruningError) {
      plan = try SparsityPlan(
        of: model, inference, kind, isGlobal: options.isGlobal, kept: options.kept, norms: norms)
    } catch { throw .pruning(error) }
    if settings.reconstructs { rebuilt = try samples?.reconstruction(of: plan, inference) }
    run.model = plan.applied(rebuilt?.tensors ?? [:])
    return report(plan, rebuilt)
  }
  let plan: PruningPlan
  do throws(PruningError) { plan = try PruningPlan(of: model, inference, options) } catch { throw .pruning(error) }
  if settings.reconstructs { rebuilt = try samples?.reconstruction(of: plan, inference) }
  do throws(PruningError) { run.model = try plan.applied(rebuilt?.tensors ?? [:]) } catch { throw .pruning(error) }
  return report(plan, rebuilt)
}

extension RecipeRun {
  /// The samples at a path that the recipe names, for the model as it is now.
  fileprivate func pruningSamples(at path: String) throws(CalibrationError) -> PruningSamples {
    let runtime: Runtime
    do throws(RuntimeError) { runtime = try Runtime.shared() } catch { throw .runtime(error) }
    let path = self.path(path)
    return try PruningSamples(
      model, on: { inputs throws(SampleError) in (try SampleFiles(at: path, for: inputs), []) }, runtime,
      progress: progress)
  }
}

private func report(_ plan: SparsityPlan, _ rebuilt: ReconstructedWeights?) -> StepReport {
  let (zeros, count) = plan.weights.reduce((0, 0)) { ($0.0 + $1.zeros, $0.1 + $1.count) }
  return report(
    "\(Quantity.grouped(zeros)) of \(Quantity.grouped(count)) weights are 0", [plan.chance].compactMap(\.self),
    ["zeros": .integer(Int64(zeros)), "weights": .integer(Int64(count))], rebuilt)
}

private func report(_ plan: PruningPlan, _ rebuilt: ReconstructedWeights?) -> StepReport {
  let pruned = plan.groups.filter { !$0.removed.isEmpty }
  let left = plan.groups.filter { $0.removed.isEmpty }
  func pair(_ before: Int, _ after: Int) -> JSONValue {
    ["before": .integer(Int64(before)), "after": .integer(Int64(after))]
  }
  var summary =
    "\(Quantity.grouped(plan.after.parameters)) of \(Quantity.grouped(plan.before.parameters)) parameters"
  var json: JSONObject = [
    "parameters": pair(plan.before.parameters, plan.after.parameters),
    "groups": .array(
      plan.groups.map { group in
        [
          "name": .string(group.name), "channels": pair(group.count, group.count - group.removed.count),
          "reason": group.stays.map { .string($0) } ?? .null,
        ]
      }),
  ]
  if let before = plan.before.macs, let after = plan.after.macs {
    summary += ", \(Quantity.count(after)) of \(Quantity.count(before)) MACs"
    json["macs"] = pair(before, after)
  }
  let details =
    pruned.map { "\($0.name): \($0.count - $0.removed.count) of \($0.count) channels" }
    + left.map { "\($0.name) stays: \($0.stays ?? "")" } + [plan.chance].compactMap(\.self)
  return report(summary, details, json, rebuilt)
}

/// - Parameter rebuilt: what fitting the other weights came to, where that was asked for.
private func report(
  _ summary: String, _ details: [String], _ json: JSONObject, _ rebuilt: ReconstructedWeights?
) -> StepReport {
  var json = json
  rebuilt?.write(into: &json)
  let lines = (rebuilt?.lines ?? []) + (rebuilt?.warning.map { ["few samples: \($0)"] } ?? [])
  return StepReport("prune", summary, details: details + lines, json: .object(json))
}
