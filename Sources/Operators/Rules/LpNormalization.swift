extension OperatorRules {
  /// Division by the norm along an axis: a square, a sum and a division per element.
  package static let lpNormalization = alongAxis("LpNormalization", operations: 3)
}
