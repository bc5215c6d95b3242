extension MicrosoftRules {
  /// The input itself; it costs nothing.
  static let sampleOp = delegating("SampleOp", to: .identity, inputs: [0])
}
