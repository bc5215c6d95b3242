extension OperatorRules {
  /// The arc cosine.
  package static let acos = unary("Acos")
}
