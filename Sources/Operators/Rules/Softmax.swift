extension OperatorRules {
  /// Exponentials divided by their sum along an axis.
  ///
  /// Five operations per element: the comparison for the maximum, the difference from it, exponential, sum, division.
  package static let softmax = alongAxis("Softmax", operations: 5)
}
