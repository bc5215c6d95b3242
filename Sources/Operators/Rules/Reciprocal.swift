extension OperatorRules {
  /// 1 / x.
  package static let reciprocal = unary("Reciprocal")
}
