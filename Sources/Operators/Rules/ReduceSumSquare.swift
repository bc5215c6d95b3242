extension OperatorRules {
  /// The sum of squares over axes: a square and a sum per element.
  package static let reduceSumSquare = reduction("ReduceSumSquare", operations: (2, 0))
}
