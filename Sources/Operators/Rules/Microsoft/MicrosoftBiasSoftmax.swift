extension MicrosoftRules {
  /// Softmax of the input plus a bias: the sum, and five operations per element as for Softmax.
  static let biasSoftmax = alike("BiasSoftmax", operations: 6)
}
