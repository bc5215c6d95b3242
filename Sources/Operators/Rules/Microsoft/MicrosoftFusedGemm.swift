extension MicrosoftRules {
  /// Gemm with an activation: one operation more per element.
  static let fusedGemm = delegating("FusedGemm", to: .gemm, inputs: [0, 1, 2], operations: 1)
}
