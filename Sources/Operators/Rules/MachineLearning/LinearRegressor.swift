import Tensors

extension MachineLearningRules {
  /// `targets` predictions for each example, `[N, targets]`: a multiplication for each coefficient.
  static let linearRegressor = rules(
    "LinearRegressor",
    infer: { context in
      context.set(shape: Shape([context.exampleCount, context.targetCount("targets")]))
    },
    cost: { $0.linear() })
}

extension InferenceContext {
  /// A positive number of targets; unknown where it is absent or none.
  func targetCount(_ name: String) -> Dimension {
    int(name).flatMap { $0 > 0 ? Dimension($0) : nil } ?? .unknown
  }
}
