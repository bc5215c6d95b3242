extension MicrosoftRules {
  /// A matrix product with 8-bit weights; scaling the result takes an operation per element, a bias another.
  static let dynamicQuantizeMatMul = delegating(
    "DynamicQuantizeMatMul", to: .matMul, inputs: [0, 1], operations: 1, optional: [4])
}
