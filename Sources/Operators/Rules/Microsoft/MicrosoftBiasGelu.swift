extension MicrosoftRules {
  /// x · Φ(x) after a bias is added.
  static let biasGelu = alike("BiasGelu", operations: 2)
}
