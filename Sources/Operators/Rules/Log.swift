extension OperatorRules {
  /// The natural logarithm of each element.
  package static let log = unary("Log")
}
