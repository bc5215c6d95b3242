extension MicrosoftRules {
  /// x · Φ(x) by a tanh, after an optional bias is added.
  static let fastGelu = alike("FastGelu", operations: 1, optional: [1])
}
