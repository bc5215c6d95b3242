import Tensors

extension MachineLearningRules {
  /// The predictions of trees for each example, `[N, n_targets]`; what the visits to nodes take is not known.
  static let treeEnsembleRegressor = rules(
    "TreeEnsembleRegressor",
    infer: { context in
      context.set(shape: Shape([context.exampleCount, context.targetCount("n_targets")]))
    },
    cost: { _ in .unknown })
}
