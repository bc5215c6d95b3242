extension OperatorRules {
  /// The sum of magnitudes over axes: a magnitude and a sum per element.
  package static let reduceL1 = reduction("ReduceL1", operations: (2, 0))
}
