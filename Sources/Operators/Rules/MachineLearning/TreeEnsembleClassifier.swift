import Tensors

extension MachineLearningRules {
  /// The label of each example, `[N]`, and a score of each class, `[N, E]`; what the visits to nodes take is not known.
  static let treeEnsembleClassifier = rules(
    "TreeEnsembleClassifier",
    infer: { context in
      let examples = context.exampleCount
      let labels = context.labelCount(integers: "classlabels_int64s", strings: "classlabels_strings")
      context.setLabels(integers: "classlabels_int64s", strings: "classlabels_strings", shape: Shape([examples]))
      context.set(1, shape: Shape([examples, labels.isProvablyAtLeast(2) ? labels : .unknown]))
    },
    cost: { _ in .unknown })
}
