extension OperatorRules {
  /// The inverse hyperbolic sine.
  package static let asinh = unary("Asinh")
}
