import Tensors

extension MicrosoftRules {
  /// MultiHeadAttention of one new token of each sequence to those in a cache, or to what an encoder gave.
  static let decoderMaskedMultiHeadAttention = rules(
    "DecoderMaskedMultiHeadAttention",
    infer: { $0.decoderMaskedAttention() },
    cost: { context in
      context.multiHeadAttentionCost(pastKey: 5)
    })
}
