import Tensors

extension OperatorRules {
  /// The least element over axes.
  package static let reduceMin = reduction("ReduceMin", operations: (1, 0)) { elements in
    elements.isEmpty ? .unknown : elements.dropFirst().reduce(elements[0], Dimension.minimum)
  }
}
