extension OperatorRules {
  /// The logarithm of the sum of exponentials over axes.
  package static let reduceLogSumExp = reduction("ReduceLogSumExp", operations: (2, 1))
}
