extension TrainingRules {
  /// Parameters, gradients and sums of squared gradients.
  ///
  /// An element takes 9 operations: 2 of regularization, 2 of the sum, 2 of its root, 3 of the step.
  static let adagrad = optimizer("Adagrad", states: 1) { _ in 9 }
}
