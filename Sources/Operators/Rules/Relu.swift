extension OperatorRules {
  /// max(0, x).
  package static let relu = unary("Relu")
}
