extension MicrosoftRules {
  /// x · Φ(x) after a bias is added.
  static let biasGelu = alike("BiasGelu", operations: 2).pruned { $0.broadcastAxes($0.call.inputs.indices) }
}
