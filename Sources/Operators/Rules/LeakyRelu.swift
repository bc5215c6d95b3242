extension OperatorRules {
  /// x where it is positive, alpha · x elsewhere.
  package static let leakyRelu = unary("LeakyRelu")
}
