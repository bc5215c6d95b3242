extension OperatorRules {
  /// A cosine wave on a pedestal, as a window of `size` elements.
  package static let hammingWindow = window("HammingWindow", terms: [25.0 / 46, 21.0 / 46])
}
