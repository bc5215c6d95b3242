extension MicrosoftRules {
  /// x · Φ(x) by a tanh, after an optional bias is added.
  static let fastGelu = alike("FastGelu", operations: 1, optional: [1]).pruned {
    $0.broadcastAxes($0.call.inputs.indices)
  }
}
