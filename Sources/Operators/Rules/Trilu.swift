extension OperatorRules {
  /// The upper or lower triangle of each matrix, zeros elsewhere.
  package static let trilu = movement("Trilu") { context in
    guard context.requireRank(2...Int.max, of: context.shape(0), "the input", at: .input(0)) else { return }
    context.set(shape: context.shape(0))
  }
}
