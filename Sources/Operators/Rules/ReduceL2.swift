extension OperatorRules {
  /// The Euclidean norm over axes: a square and a sum per element, a root per result.
  package static let reduceL2 = reduction("ReduceL2", operations: (2, 1))
}
