extension MicrosoftRules {
  /// RMS normalisation of each branch: three operations per element, and one for a scale.
  static let branchwiseRMSNorm = alike("BranchwiseRMSNorm", operations: 3, optional: [1])
}
