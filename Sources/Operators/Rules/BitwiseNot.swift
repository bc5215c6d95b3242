extension OperatorRules {
  /// Each bit turned over.
  package static let bitwiseNot = unary("BitwiseNot")
}
