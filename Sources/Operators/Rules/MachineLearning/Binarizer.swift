extension MachineLearningRules {
  /// 1 for elements above the threshold, else 0: one comparison each.
  static let binarizer = alike("Binarizer", operations: 1)
}
