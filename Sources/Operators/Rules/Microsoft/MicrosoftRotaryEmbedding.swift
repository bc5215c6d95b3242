extension MicrosoftRules {
  /// Pairs of features turned by the angles of their position: three operations per element.
  static let rotaryEmbedding = alike("RotaryEmbedding", operations: 3)
}
