extension OperatorRules {
  /// The hyperbolic tangent.
  package static let tanh = unary("Tanh")
}
