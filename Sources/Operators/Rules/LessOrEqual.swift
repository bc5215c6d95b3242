extension OperatorRules {
  /// Whether the left is at most the right, by broadcasting.
  package static let lessOrEqual = comparison(
    "LessOrEqual", decide: { IntegerArithmetic.isGreater($0, $1).map { !$0 } }, fold: { $0 <= $1 })
}
