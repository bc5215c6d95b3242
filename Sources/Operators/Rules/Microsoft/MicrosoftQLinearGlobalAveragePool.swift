extension MicrosoftRules {
  /// GlobalAveragePool of a quantized tensor.
  static let qLinearGlobalAveragePool = delegatingChannelsLast(
    "QLinearGlobalAveragePool", to: .globalAveragePool, inputs: [0])
}
