import Authoring
import Compression
import Graphs
import JSON
import Operators
import Semantics

/// `prune(ratio=0.4, keep=[fc])`: fewer channels, or zeros for some weights.
@Sendable func pruneStep(_ run: inout RecipeRun, _ call: RecipeCall) throws(RecipeError) -> StepReport {
  let settings = try PruneSettings(call, run.layers)
  let inference = ModelInference(of: run.model)
  if let kind = settings.sparsity {
    let plan: SparsityPlan
    do throws(PruningError) {
      plan = try SparsityPlan(
        of: run.model, inference, kind, isGlobal: settings.options.isGlobal, kept: settings.options.kept)
    } catch {
      throw RecipeError("cannot-prune", "\(error)", at: call.place)
    }
    let (zeros, count) = plan.weights.reduce((0, 0)) { ($0.0 + $1.zeros, $0.1 + $1.count) }
    run.model = plan.applied()
    return StepReport(
      "prune", "\(Quantity.grouped(zeros)) of \(Quantity.grouped(count)) weights are 0",
      json: ["zeros": .integer(Int64(zeros)), "weights": .integer(Int64(count))])
  }
  do throws(PruningError) {
    let plan = try PruningPlan(of: run.model, inference, settings.options)
    run.model = try plan.applied()
    return report(plan)
  } catch {
    throw RecipeError("cannot-prune", "\(error)", at: call.place)
  }
}

private func report(_ plan: PruningPlan) -> StepReport {
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
    + left.map { "\($0.name) stays: \($0.stays ?? "")" }
  return StepReport("prune", summary, details: details, json: .object(json))
}

/// What a `prune` step asks for.
private struct PruneSettings {
  var options = PruningOptions()
  /// What becomes 0, where it is not channels that go.
  var sparsity: SparsityPlan.Kind?

  /// Names of importances as recipes have them, where they are not the options' own.
  private static let names = ["batch_norm": PruningOptions.Importance.batchNormalization]
  private static let usualRatio = 0.3

  init(_ call: RecipeCall, _ layers: LayerNames) throws(RecipeError) {
    func refused(_ name: String, _ reason: String) -> RecipeError {
      RecipeError("cannot-prune", "`\(name)`: \(reason)", at: call.place(of: name))
    }
    if let by = call.text("by") {
      guard let importance = Self.names[by] ?? PruningOptions.Importance(rawValue: by), importance != .wanda else {
        throw refused("by", "this version measures importance by weights alone, and not by \(by)")
      }
      options.importance = importance
    }
    if call.has("calibration") { throw refused("calibration", "this version prunes by weights alone") }
    let amounts = ["ratio", "threshold", "target"].filter(call.has)
    if amounts.count > 1 { throw refused(amounts[1], "give one of ratio, threshold and target") }
    for name in ["ratio", "threshold"] {
      if let part = call.number(name), !(part >= 0 && part < 1) {
        throw refused(name, "it is 0 and more, less than 1")
      }
    }
    let part: (ratio: Double?, threshold: Double?) = (call.number("ratio"), call.number("threshold"))
    options.amount = part.threshold.map { .threshold($0) } ?? .ratio(part.ratio ?? Self.usualRatio)
    if let target = call.text("target") {
      guard let amount = PruningOptions.Amount(target: target) else {
        throw refused("target", "it is such as \"macs=-40%\" or \"parameters=-50%\"")
      }
      options.amount = amount
    }
    options.isGlobal = call.text("scope") == "global"
    if let multiple = call.integer("round_to") {
      guard (1...1 << 16).contains(multiple) else { throw refused("round_to", "it is 1 to 65536") }
      options.roundTo = multiple
    }
    options.kept = try layers.names(in: call.paths("keep"))
    let granularity = call.text("granularity") ?? "channel"
    guard granularity != "channel" else { return }
    for name in ["by", "round_to", "target"] where call.has(name) { throw refused(name, "it is for channels") }
    guard granularity != "element" else {
      sparsity = part.threshold.map { .threshold($0) } ?? .ratio(part.ratio ?? Self.usualRatio)
      return
    }
    let numbers = granularity.split(separator: ":").compactMap { Int($0) }
    guard numbers.count == 2, let pattern = SparsePattern(keep: numbers[0], of: numbers[1]) else {
      throw refused("granularity", "a pattern N:M keeps N of M weights, fewer than M and no more than 256 of them")
    }
    if let name = amounts.first { throw refused(name, "a pattern says itself how much goes") }
    sparsity = .pattern(pattern)
  }
}
