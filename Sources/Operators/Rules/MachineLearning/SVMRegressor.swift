import Tensors

extension MachineLearningRules {
  /// A prediction for each example, `[N, 1]`.
  static let svmRegressor = rules(
    "SVMRegressor",
    infer: { $0.set(shape: Shape([$0.exampleCount, 1])) },
    cost: { $0.supportVectors() })
}
