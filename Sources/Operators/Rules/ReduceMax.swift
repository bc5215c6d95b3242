import Tensors

extension OperatorRules {
  /// The greatest element over axes.
  package static let reduceMax = reduction("ReduceMax", operations: (1, 0)) { elements in
    elements.isEmpty ? .unknown : elements.dropFirst().reduce(elements[0], Dimension.maximum)
  }
}
