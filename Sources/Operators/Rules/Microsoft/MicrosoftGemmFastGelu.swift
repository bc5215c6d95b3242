extension MicrosoftRules {
  /// The matrix product, an optional bias, and Gelu by a tanh.
  static let gemmFastGelu = delegating("GemmFastGelu", to: .matMul, inputs: [0, 1], operations: 1, optional: [2])
}
