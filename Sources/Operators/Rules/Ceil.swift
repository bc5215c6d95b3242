extension OperatorRules {
  /// Each element rounded up.
  package static let ceil = unary("Ceil", fold: { $0.rounded(.up) })
}
