extension MicrosoftRules {
  /// Add of quantized tensors: one operation per element, as for Add.
  static let qLinearAdd = delegating("QLinearAdd", to: .add, inputs: [0, 3])
}
