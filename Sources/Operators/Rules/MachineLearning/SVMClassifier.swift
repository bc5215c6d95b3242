import Tensors

extension MachineLearningRules {
  /// The label of each example, `[N]`, and its scores, `[N, E]`.
  ///
  /// Of more than three classes, runtimes give scores of pairs where no probabilities are asked for.
  /// A product with each support vector, or where there are none with each coefficient.
  static let svmClassifier = rules(
    "SVMClassifier",
    infer: { context in
      let examples = context.exampleCount
      context.setLabels(integers: "classlabels_ints", strings: "classlabels_strings", shape: Shape([examples]))
      let labels = context.labelCount(integers: "classlabels_ints", strings: "classlabels_strings")
      let hasScores = [2, 3].contains(labels) || labels.isProvablyAtLeast(4) && context.itemCount("prob_a") > 0
      context.set(1, shape: Shape([examples, hasScores ? labels : .unknown]))
    },
    cost: { $0.supportVectors() })
}

extension CostContext {
  /// What the products of examples and support vectors take.
  func supportVectors() -> Cost {
    let examples: Dimension? = input(0).flatMap { $0.count == 1 ? 1 : $0.count == 2 ? $0[0] : nil }
    let vectors = attribute("support_vectors")?.itemCount ?? 0
    let coefficients = attribute("coefficients")?.itemCount ?? 0
    return .products((examples ?? .unknown) * (Dimension(vectors) + Dimension(coefficients)))
  }
}
