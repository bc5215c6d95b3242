extension MicrosoftRules {
  /// Pad, with the pads of all axes.
  static let pad = delegating("Pad", to: .pad, inputs: [0, 1])
}
