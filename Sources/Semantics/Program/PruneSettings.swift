package import Compression

/// What a `prune` step of a recipe asks for, but for the names of layers.
package struct PruneSettings: Sendable {
  package private(set) var options = PruningOptions()
  /// What becomes 0, where it is not channels that go.
  package private(set) var sparsity: SparsityPlan.Kind?
  /// Whether the weights that are left are fitted to samples.
  package let reconstructs: Bool
  /// Where the samples are, which are there if and only if they are needed.
  package let samples: String?

  /// - Throws: where what is given does not go together.
  package init(_ call: RecipeCall) throws(RecipeProblem) {
    options.importance = call.text("by").flatMap { PruningOptions.Importance(name: $0) } ?? options.importance
    reconstructs = call.boolean("reconstruct") ?? false
    samples = call.text("calibration")
    options.isGlobal = call.text("scope") == "global"
    options.allowsNormChange = call.boolean("allow_norm_change") ?? false
    if let multiple = call.integer("round_to") {
      guard (1...1 << 16).contains(multiple) else {
        throw call.problem("round_to", "it is 1 to 65536, and this is \(multiple)")
      }
      options.roundTo = multiple
    }
    options.largestRatio = try call.part("max_ratio") ?? options.largestRatio
    let amounts = ["ratio", "threshold", "target"].filter(call.has)
    if amounts.count > 1 { throw call.problem(amounts[1], "give one of ratio, threshold and target") }
    let (ratio, threshold) = (try call.part("ratio"), try call.part("threshold"))
    try checkSamples(call)
    let granularity = call.text("granularity") ?? "channel"
    if granularity != "channel" { try checkZeros(call) }
    if granularity != "channel", granularity != "element" {
      let numbers = granularity.split(separator: ":").compactMap { Int($0) }
      guard numbers.count == 2, let pattern = SparsePattern(keep: numbers[0], of: numbers[1]) else {
        throw call.problem(
          "granularity", "a pattern N:M keeps N of M weights, fewer than M and no more than 256 of them")
      }
      if let name = amounts.first ?? (options.isGlobal ? "scope" : nil) {
        throw call.problem(name, "a pattern says itself how much goes")
      }
      sparsity = .pattern(pattern)
      return
    }
    if let target = call.text("target") {
      guard let amount = PruningOptions.Amount(target: target) else {
        throw call.problem("target", "it is such as \"macs=-40%\" or \"parameters=-50%\"")
      }
      options.amount = amount
    } else if let threshold {
      options.amount = .threshold(threshold)
      if granularity == "element" { sparsity = .threshold(threshold) }
    } else if let ratio {
      options.amount = .ratio(ratio)
      if granularity == "element" { sparsity = .ratio(ratio) }
    } else {
      throw call.lacks(
        "prune needs " + (granularity == "element" ? "`ratio` or `threshold`" : "`ratio`, `threshold` or `target`"))
    }
  }

  private func checkSamples(_ call: RecipeCall) throws(RecipeProblem) {
    let needs = options.importance == .wanda ? "by" : reconstructs ? "reconstruct" : nil
    if let needs, samples == nil {
      throw call.problem(needs, "it needs samples: `calibration=\"samples/*.npy\"`")
    }
    if needs == nil, samples != nil {
      throw call.problem("calibration", "samples go with by=\"wanda\" and reconstruct=true")
    }
  }

  /// Checks that zeros alone are asked for.
  private func checkZeros(_ call: RecipeCall) throws(RecipeProblem) {
    let others = ["round_to", "target", "max_ratio", "only", "allow_norm_change"]
    for name in (options.importance == .wanda ? [] : ["by"]) + others where call.has(name) {
      throw call.problem(name, "it is for channels")
    }
    guard options.importance == .wanda else { return }
    for name in ["threshold", "scope"] where name == "scope" ? options.isGlobal : call.has(name) {
      throw call.problem(name, "by=\"wanda\" takes a part of each row")
    }
  }
}

extension RecipeCall {
  /// A part of something, given for a parameter.
  fileprivate func part(_ name: String) throws(RecipeProblem) -> Double? {
    guard let part = number(name) else { return nil }
    guard part >= 0, part < 1 else { throw problem(name, "it is 0 and more, less than 1, and this is \(part)") }
    return part
  }
}
