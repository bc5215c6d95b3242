extension OperatorRules {
  /// The hyperbolic cosine.
  package static let cosh = unary("Cosh")
}
