extension MachineLearningRules {
  /// Elements with the missing ones replaced: one comparison each.
  static let imputer = alike("Imputer", operations: 1)
}
