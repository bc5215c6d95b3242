extension OperatorRules {
  /// The mean of all arguments, which broadcast.
  package static let mean = broadcasting("Mean")
}
