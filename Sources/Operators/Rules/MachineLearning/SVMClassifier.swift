import Tensors

extension MachineLearningRules {
  /// The label of each example, `[N]`, and scores of it, as many as the kind of machine has.
  ///
  /// A product with each support vector, or where there are none with each coefficient.
  static let svmClassifier = rules(
    "SVMClassifier",
    infer: { context in
      let examples = context.exampleCount
      context.setLabels(integers: "classlabels_ints", strings: "classlabels_strings", shape: Shape([examples]))
      context.set(1, shape: Shape([examples, .unknown]))
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
