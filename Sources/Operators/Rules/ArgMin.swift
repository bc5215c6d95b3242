extension OperatorRules {
  /// Where the least element of an axis stands.
  package static let argMin = indexReduction("ArgMin")
}
