extension OperatorRules {
  /// x where it is positive, alpha · (exp(x) − 1) elsewhere.
  package static let elu = unary("Elu")
}
