extension OperatorRules {
  /// Normalisation by stored statistics: folded, a multiplication and an addition per element of `[N, C, …]`.
  ///
  /// Further results are statistics, vectors of C.
  package static let batchNormalization = channelNormalization(
    "BatchNormalization", vectors: ["scale", "bias", "mean", "variance"], operations: 2
  ) { context in
    for index in context.outputs.indices.dropFirst() {
      context.set(index, shape: context.shape(index < 3 ? index + 2 : 1))
    }
  }
}
