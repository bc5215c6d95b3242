extension MachineLearningRules {
  /// Elements divided by the norm of their example: three operations each.
  static let normalizer = alike("Normalizer", operations: 3)
}
