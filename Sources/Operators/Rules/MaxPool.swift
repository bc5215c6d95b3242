extension OperatorRules {
  /// The greatest element under a window, and where it stands.
  package static let maxPool = pooling("MaxPool")
}
