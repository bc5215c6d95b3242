import Tensors

extension MicrosoftRules {
  /// RMSNormalization over the last axis of the input plus a skip connection and an optional bias.
  ///
  /// Result 3 is that sum; 1 and 2 are statistics, with 1 for the last axis.
  static let skipSimplifiedLayerNormalization = rules(
    "SkipSimplifiedLayerNormalization",
    infer: { context in
      context.normalizeWithSkip()
    },
    cost: { context in
      context.elementwise(5 + (context.has(3) ? 1 : 0))
    })
}
