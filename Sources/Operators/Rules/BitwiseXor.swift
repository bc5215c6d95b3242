extension OperatorRules {
  /// The bits that one of the arguments has, but not both.
  package static let bitwiseXor = broadcasting("BitwiseXor")
}
