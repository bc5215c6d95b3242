extension OperatorRules {
  /// Whether elements are equal, by broadcasting.
  package static let equal = comparison(
    "Equal", decide: IntegerArithmetic.isEqual, fold: { $0 == $1 })
}
