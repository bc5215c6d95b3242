import Graphs

extension TrainingRules {
  /// Parameters, gradients and momenta.
  ///
  /// An element takes 7 operations: 2 of regularization, 3 of the momentum, 2 of the step; 2 more in the mode of Nesterov.
  static let momentum = optimizer("Momentum", states: 1) { $0.attribute("mode")?.text == "nesterov" ? 9 : 7 }
}
