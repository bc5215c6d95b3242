extension OperatorRules {
  /// Whether the left is less than the right, by broadcasting.
  package static let less = comparison(
    "Less", decide: { IntegerArithmetic.isGreater($1, $0) }, fold: { $0 < $1 })
}
