import Tensors

extension MicrosoftRules {
  /// Self-attention of `[N, S, D]`, with the projections to queries, keys and values in one weight `[D, 2H + V]`.
  ///
  /// Beside the projections, the two products take a MAC for each score and each element of a vector.
  static let attention = rules(
    "Attention",
    infer: { $0.projectedAttention(past: 4) },
    cost: { context in
      context.projectedAttentionCost(past: 4)
    })
}
