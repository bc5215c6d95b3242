extension MicrosoftRules {
  /// LeakyRelu of a quantized tensor.
  static let qLinearLeakyRelu = delegating("QLinearLeakyRelu", to: .leakyRelu, inputs: [0])
}
