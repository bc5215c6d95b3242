extension OperatorRules {
  /// Whether the left is at least the right, by broadcasting.
  package static let greaterOrEqual = comparison(
    "GreaterOrEqual", decide: { IntegerArithmetic.isGreater($1, $0).map { !$0 } }, fold: { $0 >= $1 })
}
