extension MicrosoftRules {
  /// Normalisation of groups of channels; seven operations per element, as for GroupNormalization.
  static let groupNorm = alike("GroupNorm", operations: 7)
}
