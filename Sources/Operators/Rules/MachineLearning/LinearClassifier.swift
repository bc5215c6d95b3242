import Tensors

extension MachineLearningRules {
  /// The label of each example, `[N]`, and its scores, `[N, E]`: a multiplication for each coefficient.
  static let linearClassifier = rules(
    "LinearClassifier",
    infer: { context in
      let examples = context.exampleCount
      let labels = context.labelCount(integers: "classlabels_ints", strings: "classlabels_strings")
      context.setLabels(integers: "classlabels_ints", strings: "classlabels_strings", shape: Shape([examples]))
      // Of one class that stands for two, the score of the other is added.
      let classes = context.itemCount("intercepts")
      let isClear = labels.constant == classes || classes == 1 && labels.constant == 2
      context.set(1, shape: Shape([examples, isClear ? labels : .unknown]))
    },
    cost: { $0.linear() })
}

extension CostContext {
  /// What a product of examples and the attribute `coefficients` takes.
  func linear() -> Cost {
    let examples: Dimension? = input(0).flatMap { $0.count == 1 ? 1 : $0.count == 2 ? $0[0] : nil }
    let coefficients = attribute("coefficients")?.itemCount ?? 0
    return .products((examples ?? .unknown) * Dimension(coefficients))
  }
}
