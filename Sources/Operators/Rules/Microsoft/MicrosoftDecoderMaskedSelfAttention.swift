import Tensors

extension MicrosoftRules {
  /// Attention of one new token of each sequence to those in a cache.
  static let decoderMaskedSelfAttention = rules(
    "DecoderMaskedSelfAttention",
    infer: { $0.projectedAttention(past: 4) },
    cost: { context in
      context.projectedAttentionCost(past: 4)
    })
}
