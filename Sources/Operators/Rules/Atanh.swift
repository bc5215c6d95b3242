extension OperatorRules {
  /// The inverse hyperbolic tangent.
  package static let atanh = unary("Atanh")
}
