extension OperatorRules {
  /// 1 / (1 + exp(−x)).
  package static let sigmoid = unary("Sigmoid")
}
