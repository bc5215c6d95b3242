extension OperatorRules {
  /// The inverse hyperbolic cosine.
  package static let acosh = unary("Acosh")
}
