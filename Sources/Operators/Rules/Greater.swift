extension OperatorRules {
  /// Whether the left is greater than the right, by broadcasting.
  package static let greater = comparison(
    "Greater", decide: IntegerArithmetic.isGreater, fold: { $0 > $1 })
}
