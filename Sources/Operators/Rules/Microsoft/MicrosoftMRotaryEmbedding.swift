extension MicrosoftRules {
  /// Pairs of features turned by the angles of three positions: three operations per element.
  static let mRotaryEmbedding = alike("MRotaryEmbedding", operations: 3)
}
