extension OperatorRules {
  /// The square root of each element.
  package static let sqrt = unary("Sqrt", fold: { $0.squareRoot() })
}
