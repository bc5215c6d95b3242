extension MicrosoftRules {
  /// Sigmoid of a quantized tensor.
  static let qLinearSigmoid = delegating("QLinearSigmoid", to: .sigmoid, inputs: [0])
}
