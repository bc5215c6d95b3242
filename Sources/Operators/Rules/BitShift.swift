extension OperatorRules {
  /// The bits of the first argument, moved by the second.
  package static let bitShift = broadcasting("BitShift")
}
