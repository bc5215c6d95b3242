extension MicrosoftRules {
  /// LayerNormalization of an 8-bit tensor.
  static let qOrderedLayerNormalization = alike("QOrderedLayerNormalization", operations: 6, optional: [3])
}
