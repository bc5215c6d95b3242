extension MicrosoftRules {
  /// Mul of quantized tensors: one operation per element, as for Mul.
  static let qLinearMul = delegating("QLinearMul", to: .mul, inputs: [0, 3])
}
