extension OperatorRules {
  /// gamma · x where it is positive, gamma · alpha · (exp(x) − 1) elsewhere (Klambauer and others, 2017).
  package static let selu = unary("Selu")
}
