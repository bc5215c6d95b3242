extension MicrosoftRules {
  /// The first tensor plus the second, scaled by a gate for each row.
  static let gatedAdd = alike("GatedAdd", operations: 2)
}
