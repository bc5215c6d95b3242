extension MicrosoftRules {
  /// The greatest element under a window, where a mask allows it.
  static let maxpoolWithMask = delegating("MaxpoolWithMask", to: .maxPool, inputs: [0])
}
