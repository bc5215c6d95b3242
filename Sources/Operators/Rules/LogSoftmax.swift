extension OperatorRules {
  /// The logarithm of Softmax along an axis.
  ///
  /// Five operations per element: the comparison for the maximum, the difference from it, exponential, sum, and the
  /// difference from the logarithm of the sum, which is taken once a row and left out.
  package static let logSoftmax = alongAxis("LogSoftmax", operations: 5)
}
