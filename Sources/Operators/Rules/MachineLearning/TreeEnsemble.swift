import Tensors

extension MachineLearningRules {
  /// The predictions of trees for each example: `[N, n_targets]`.
  ///
  /// How many nodes an example visits is known only at run time.
  static let treeEnsemble = rules(
    "TreeEnsemble",
    infer: { context in
      context.set(shape: Shape([context.exampleCount, context.targetCount("n_targets")]))
    },
    cost: { _ in .unknown })
}
