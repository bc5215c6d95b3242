import Tensors

extension OperatorRules {
  /// Each element negated.
  package static let neg = unary("Neg", data: { 0 - $0 }, fold: { -$0 })
}
