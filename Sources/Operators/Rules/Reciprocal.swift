extension OperatorRules {
  /// 1 / x.
  package static let reciprocal = unary("Reciprocal", fold: { 1 / $0 })
}
