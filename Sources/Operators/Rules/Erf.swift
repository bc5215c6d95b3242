extension OperatorRules {
  /// The error function.
  package static let erf = unary("Erf")
}
