extension OperatorRules {
  /// Long short-term memory (Hochreiter and Schmidhuber 1997).
  package static let lstm = recurrence("LSTM", gates: 4, states: 2)
}
