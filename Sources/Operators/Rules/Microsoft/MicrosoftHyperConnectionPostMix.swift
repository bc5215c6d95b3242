extension MicrosoftRules {
  /// Streams with a block's output added to each by gates: a MAC per element, and another for each stream that is mixed in.
  ///
  /// The latter are left out.
  static let hyperConnectionPostMix = rules(
    "HyperConnectionPostMix", infer: { $0.set(shape: $0.shape(0)) }, cost: { .products($0.outputCount()) })
}
