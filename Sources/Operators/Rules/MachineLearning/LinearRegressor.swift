import Tensors

extension MachineLearningRules {
  /// `targets` predictions for each example, `[N, targets]`: a multiplication for each coefficient.
  ///
  /// Of a single example without its axis some runtimes give a vector, and others a matrix of one row.
  static let linearRegressor = rules(
    "LinearRegressor",
    infer: { context in
      guard let shape = context.shape(0), shape.rank == 2 else { return }
      context.set(shape: Shape([shape.dimensions[0], context.targetCount("targets")]))
    },
    cost: { $0.linear() })
}

extension InferenceContext {
  /// A positive number of targets; unknown where it is absent or none.
  func targetCount(_ name: String) -> Dimension {
    int(name).flatMap { $0 > 0 ? Dimension($0) : nil } ?? .unknown
  }
}
