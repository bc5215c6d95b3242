extension OperatorRules {
  /// Half a cosine wave, as a window of `size` elements.
  package static let hannWindow = window("HannWindow", terms: [0.5, 0.5])
}
