import Tensors

extension OperatorRules {
  /// Products, by broadcasting.
  package static let mul = broadcasting("Mul") { $0 * $1 }
}
