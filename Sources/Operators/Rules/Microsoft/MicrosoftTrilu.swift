extension MicrosoftRules {
  /// The upper or lower triangle of each matrix.
  static let trilu = delegating("Trilu", to: .trilu, inputs: [0, 1])
}
