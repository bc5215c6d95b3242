extension OperatorRules {
  /// The bits that one of the arguments has.
  package static let bitwiseOr = broadcasting("BitwiseOr")
}
