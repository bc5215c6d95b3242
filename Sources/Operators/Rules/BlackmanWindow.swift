extension OperatorRules {
  /// Two cosine waves, as a window of `size` elements.
  package static let blackmanWindow = window("BlackmanWindow", terms: [0.42, 0.5, 0.08])
}
