import Tensors

extension OperatorRules {
  /// Products, by broadcasting.
  package static let mul = broadcasting("Mul", isTotal: true, data: { $0 * $1 }, fold: { $0 * $1 })
}
