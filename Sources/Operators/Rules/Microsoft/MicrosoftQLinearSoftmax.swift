extension MicrosoftRules {
  /// Softmax of a quantized tensor, along an axis or, before opset 13, all from it on.
  static let qLinearSoftmax = delegating("QLinearSoftmax", to: .softmax, inputs: [0])
}
