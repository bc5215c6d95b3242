extension OperatorRules {
  /// Whether the left is greater than the right, by broadcasting.
  package static let greater = comparison("Greater") { IntegerArithmetic.isGreater($0, $1) }
}
