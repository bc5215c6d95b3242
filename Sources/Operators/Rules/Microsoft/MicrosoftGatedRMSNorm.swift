extension MicrosoftRules {
  /// RMS normalisation of groups of the last axis, times a gate: four operations, two for the gate and its product.
  static let gatedRMSNorm = alike("GatedRMSNorm", operations: 6)
}
