extension OperatorRules {
  /// Normalisation of each channel of each example of `[N, C, …]`.
  ///
  /// Seven operations per element: the sum of the mean, the difference from it, its square, the sum of the variance, the
  /// division by the deviation, scale and bias; what is done once a channel is left out.
  package static let instanceNormalization = channelNormalization(
    "InstanceNormalization", vectors: ["scale", "bias"], operations: 7)
}
