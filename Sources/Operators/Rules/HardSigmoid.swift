extension OperatorRules {
  /// max(0, min(1, alpha · x + beta)).
  package static let hardSigmoid = unary("HardSigmoid")
}
