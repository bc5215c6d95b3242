import Tensors

extension OperatorRules {
  /// Each element negated.
  package static let neg = unary("Neg") { 0 - $0 }
}
