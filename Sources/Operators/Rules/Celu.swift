extension OperatorRules {
  /// max(0, x) + min(0, alpha · (exp(x / alpha) − 1)).
  package static let celu = unary("Celu")
}
