import Tensors

extension MachineLearningRules {
  /// The elements at the given places of the last axis; of a vector in a matrix of one row.
  static let arrayFeatureExtractor = rules(
    "ArrayFeatureExtractor",
    infer: { context in
      guard let data = context.shape(0), data.rank > 0 else { return }
      let count = context.shape(1)?.elementCount ?? .unknown
      context.set(shape: Shape((data.rank == 1 ? [1] : Array(data.dimensions.dropLast())) + [count]))
    },
    cost: { _ in .none })
}
