extension OperatorRules {
  /// The arc sine.
  package static let asin = unary("Asin")
}
