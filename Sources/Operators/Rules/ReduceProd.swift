import Tensors

extension OperatorRules {
  /// The product over axes.
  package static let reduceProd = reduction("ReduceProd", operations: (1, 0)) { $0.reduce(1) { $0 * $1 } }
}
