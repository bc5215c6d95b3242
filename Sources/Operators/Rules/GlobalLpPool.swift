extension OperatorRules {
  /// The norm over all positions.
  package static let globalLpPool = globalPooling("GlobalLpPool")
}
