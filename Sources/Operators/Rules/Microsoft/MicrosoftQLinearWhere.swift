extension MicrosoftRules {
  /// Elements of one or another quantized tensor.
  static let qLinearWhere = delegating("QLinearWhere", to: .`where`, inputs: [0, 1, 4])
}
