import Tensors

extension MicrosoftRules {
  /// Attention in which groups of query heads share keys and values, of `[N, S, H]`, or of all three in one tensor.
  ///
  /// The keys and values of all positions are given back, `[N, groups, length, head size]`; MACs are counted for that length.
  static let groupQueryAttention = rules(
    "GroupQueryAttention",
    infer: { context in
      context.groupedAttention(past: 3)
      context.growCache(past: 3, total: 6)
    },
    cost: { context in
      context.groupedAttentionCost(past: 3)
    })
}
