extension MicrosoftRules {
  /// The scores with some replaced; it costs nothing.
  static let nGramRepeatBlock = rules(
    "NGramRepeatBlock", infer: { $0.set(shape: $0.shape(1)) }, cost: { _ in .none })
}
