extension OperatorRules {
  /// A network of one gate (Elman 1990).
  package static let rnn = recurrence("RNN", gates: 1, states: 1)
}
