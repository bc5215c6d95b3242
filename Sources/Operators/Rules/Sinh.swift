extension OperatorRules {
  /// The hyperbolic sine.
  package static let sinh = unary("Sinh")
}
