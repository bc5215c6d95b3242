extension MicrosoftRules {
  /// QuantizeLinear, as ONNX has it.
  static let quantizeLinear = delegating("QuantizeLinear", to: .quantizeLinear, inputs: [0, 1, 2])
}
