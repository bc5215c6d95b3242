extension OperatorRules {
  /// The cosine of each element.
  package static let cos = unary("Cos")
}
