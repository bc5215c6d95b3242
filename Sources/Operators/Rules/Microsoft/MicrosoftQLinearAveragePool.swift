extension MicrosoftRules {
  /// AveragePool of a quantized tensor.
  static let qLinearAveragePool = delegatingChannelsLast("QLinearAveragePool", to: .averagePool, inputs: [0])
}
