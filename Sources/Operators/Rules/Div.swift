extension OperatorRules {
  /// Quotients, by broadcasting; of integers, rounded toward zero.
  package static let div = broadcasting("Div", divides: true, data: IntegerArithmetic.quotient, fold: { $0 / $1 })
}
