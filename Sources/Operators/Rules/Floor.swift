extension OperatorRules {
  /// Each element rounded down.
  package static let floor = unary("Floor")
}
