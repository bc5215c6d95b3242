extension MicrosoftRules {
  /// Gelu of an 8-bit tensor.
  static let qOrderedGelu = alike("QOrderedGelu", operations: 1)
}
