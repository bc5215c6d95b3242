extension OperatorRules {
  /// The sine of each element.
  package static let sin = unary("Sin")
}
