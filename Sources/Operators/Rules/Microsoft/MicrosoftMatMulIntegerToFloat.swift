extension MicrosoftRules {
  /// The matrix product of 8-bit integers, scaled; a bias takes another operation per element.
  static let matMulIntegerToFloat = delegating(
    "MatMulIntegerToFloat", to: .matMul, inputs: [0, 1], operations: 1, optional: [6])
}
