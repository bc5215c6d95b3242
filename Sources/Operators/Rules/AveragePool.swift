extension OperatorRules {
  /// The mean under a window.
  package static let averagePool = pooling("AveragePool")
}
