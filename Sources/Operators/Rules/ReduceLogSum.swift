extension OperatorRules {
  /// The logarithm of the sum over axes.
  package static let reduceLogSum = reduction("ReduceLogSum", operations: (1, 1))
}
