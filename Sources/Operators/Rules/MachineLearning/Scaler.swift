extension MachineLearningRules {
  /// Elements less an offset, times a scale: two operations each.
  static let scaler = alike("Scaler", operations: 2)
}
