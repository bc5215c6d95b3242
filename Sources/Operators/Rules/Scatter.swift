extension OperatorRules {
  /// What ScatterElements does, under its name before version 11.
  package static let scatter = OperatorRules(
    "Scatter", infer: { $0.scatterElements() }, cost: { _ in .none })
}
