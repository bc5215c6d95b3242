extension OperatorRules {
  /// Gated recurrent units (Cho et al. 2014).
  package static let gru = recurrence("GRU", gates: 3, states: 1)
}
