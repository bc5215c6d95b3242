extension OperatorRules {
  /// Gated recurrent units (Cho and others, 2014).
  package static let gru = recurrence("GRU", gates: 3, states: 1)
}
