import Tensors

extension MachineLearningRules {
  /// The features of all arguments behind each other, of each as many as `inputdimensions` says: `[N, sum]`.
  ///
  /// A vector is one example to some runtimes, and to others one feature of many examples.
  static let featureVectorizer = rules(
    "FeatureVectorizer",
    infer: { context in
      let first = context.shape(0)
      let examples = first?.rank == 2 ? first?.dimensions[0] : nil
      let widths = context.ints("inputdimensions") ?? []
      let isValid = widths.count == context.inputs.count && !widths.isEmpty && widths.allSatisfy { $0 >= 0 }
      let width = isValid ? widths.reduce(Dimension(0)) { $0 + Dimension($1) } : .unknown
      context.set(shape: Shape([examples ?? .unknown, width]))
    },
    cost: { _ in .none })
}
