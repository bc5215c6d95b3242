extension OperatorRules {
  /// −1, 0 or 1 for each element.
  package static let sign = unary("Sign", data: IntegerArithmetic.sign)
}
