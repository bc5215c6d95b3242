extension MicrosoftRules {
  /// x · sigmoid(x) of the input times a scale: three operations per element.
  static let scaledSiLU = alike("ScaledSiLU", operations: 3)
}
