extension OperatorRules {
  /// The bits that both arguments have.
  package static let bitwiseAnd = broadcasting("BitwiseAnd")
}
