import Tensors

extension MachineLearningRules {
  /// A map's values in the order of a vocabulary.
  ///
  /// The specification says that they are a vector, ONNX Runtime gives a matrix of one row.
  static let dictVectorizer = rules(
    "DictVectorizer",
    infer: { context in
      guard case .map(_, let value)? = context.input(0)?.type else { return }
      context.set(type: .tensor(TensorType(value.element, nil)))
    },
    cost: { _ in .none })
}
