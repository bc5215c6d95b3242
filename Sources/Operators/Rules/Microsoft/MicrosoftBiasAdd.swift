extension MicrosoftRules {
  /// The input plus a bias and a residual.
  static let biasAdd = alike("BiasAdd", operations: 2).pruned { $0.broadcastAxes($0.call.inputs.indices) }
}
