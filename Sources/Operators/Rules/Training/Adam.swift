extension TrainingRules {
  /// Parameters, gradients and two moments.
  ///
  /// An element takes 15 operations: 2 of regularization, 7 of the moments, 2 of the root, 3 of the step, 1 of what follows.
  static let adam = optimizer("Adam", states: 2) { _ in 15 }
}
