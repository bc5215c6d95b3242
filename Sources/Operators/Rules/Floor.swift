extension OperatorRules {
  /// Each element rounded down.
  package static let floor = unary("Floor", fold: { $0.rounded(.down) })
}
