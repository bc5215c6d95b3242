import Tensors

extension MachineLearningRules {
  /// A map from class labels to scores for each example.
  static let zipMap = rules(
    "ZipMap",
    infer: { context in
      let key: ElementType
      switch (context.itemCount("classlabels_int64s") > 0, context.itemCount("classlabels_strings") > 0) {
      case (true, false): key = .i64
      case (false, true): key = .string
      default: return
      }
      context.set(type: .sequence(.map(key: key, value: .tensor(TensorType(.f32, nil)))))
    },
    cost: { _ in .none })
}
