extension OperatorRules {
  /// The mean of each channel.
  package static let globalAveragePool = globalPooling("GlobalAveragePool")
}
