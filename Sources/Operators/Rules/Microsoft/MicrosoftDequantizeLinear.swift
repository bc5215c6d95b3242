extension MicrosoftRules {
  /// DequantizeLinear, as ONNX has it.
  static let dequantizeLinear = delegating("DequantizeLinear", to: .dequantizeLinear, inputs: [0, 1, 2])
}
