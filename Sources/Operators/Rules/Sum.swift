extension OperatorRules {
  /// The sum of all arguments, which broadcast.
  package static let sum = broadcasting("Sum")
}
