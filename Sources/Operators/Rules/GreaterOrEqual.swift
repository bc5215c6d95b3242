extension OperatorRules {
  /// Whether the left is at least the right, by broadcasting.
  package static let greaterOrEqual = comparison("GreaterOrEqual") { IntegerArithmetic.isGreater($1, $0).map { !$0 } }
}
