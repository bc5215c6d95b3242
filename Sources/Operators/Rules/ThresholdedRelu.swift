extension OperatorRules {
  /// x where it is greater than alpha, 0 elsewhere.
  package static let thresholdedRelu = unary("ThresholdedRelu")
}
