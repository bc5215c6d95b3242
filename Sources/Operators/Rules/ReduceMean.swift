extension OperatorRules {
  /// The mean over axes: a sum, and one division per result.
  package static let reduceMean = reduction("ReduceMean", operations: (1, 1))
}
