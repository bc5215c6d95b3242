extension OperatorRules {
  /// x / (1 + |x|).
  package static let softsign = unary("Softsign")
}
