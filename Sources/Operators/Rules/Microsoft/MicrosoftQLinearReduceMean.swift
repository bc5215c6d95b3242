extension MicrosoftRules {
  /// ReduceMean of a quantized tensor.
  static let qLinearReduceMean = delegating("QLinearReduceMean", to: .reduceMean, inputs: [0])
}
