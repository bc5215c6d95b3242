extension OperatorRules {
  /// The norm under a window.
  package static let lpPool = pooling("LpPool")
}
