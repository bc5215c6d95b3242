extension OperatorRules {
  /// Each element rounded to the nearest integer, ties to even.
  package static let round = unary("Round", fold: { $0.rounded(.toNearestOrEven) })
}
