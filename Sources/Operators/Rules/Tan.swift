extension OperatorRules {
  /// The tangent.
  package static let tan = unary("Tan")
}
