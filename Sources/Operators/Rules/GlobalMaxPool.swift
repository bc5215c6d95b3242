extension OperatorRules {
  /// The greatest element of each channel.
  package static let globalMaxPool = globalPooling("GlobalMaxPool")
}
