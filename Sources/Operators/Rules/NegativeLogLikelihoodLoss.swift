extension OperatorRules {
  /// Minus the log-probability of each label.
  package static let negativeLogLikelihoodLoss = classificationLoss("NegativeLogLikelihoodLoss", operations: 0)
}
