extension OperatorRules {
  /// The arc tangent.
  package static let atan = unary("Atan")
}
