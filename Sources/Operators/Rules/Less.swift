extension OperatorRules {
  /// Whether the left is less than the right, by broadcasting.
  package static let less = comparison("Less") { IntegerArithmetic.isGreater($1, $0) }
}
