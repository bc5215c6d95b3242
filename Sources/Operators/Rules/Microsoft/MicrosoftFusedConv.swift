extension MicrosoftRules {
  /// Conv with an optional addend and an activation: one operation each per element.
  static let fusedConv = delegating("FusedConv", to: .conv, inputs: [0, 1, 2], operations: 1, optional: [3]).pruned {
    context in
    OperatorRules.conv.pruning?(&context)
    if context.has(3) { context.broadcastAxes([3]) }
  }
}
