extension OperatorRules {
  /// Minus the log-probability of each label by softmax, and all log-probabilities; LogSoftmax comes first.
  package static let softmaxCrossEntropyLoss = classificationLoss("SoftmaxCrossEntropyLoss", operations: 5)
}
