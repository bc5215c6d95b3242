extension MicrosoftRules {
  /// Conv with an optional addend and an activation: one operation each per element.
  static let fusedConv = delegating("FusedConv", to: .conv, inputs: [0, 1, 2], operations: 1, optional: [3])
}
