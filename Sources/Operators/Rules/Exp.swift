extension OperatorRules {
  /// The exponential of each element.
  package static let exp = unary("Exp")
}
