extension OperatorRules {
  /// Where the greatest element of an axis stands.
  package static let argMax = indexReduction("ArgMax")
}
