import Tensors

extension MicrosoftRules {
  /// Attention of `[S, N, H]` with projections, to itself or to what an encoder gave; the caches are `[N, heads, length, H / heads]`.
  ///
  /// How long they become depends on flags that are arguments, and so does the cost.
  static let decoderAttention = rules(
    "DecoderAttention",
    infer: { context in
      guard let query = context.sizes(0, rank: 3), let heads = context.positiveAttribute("num_heads") else { return }
      context.set(0, shape: Shape(query))
      let cache = Shape([query[1], Dimension(heads), .unknown, query[2].floorDivided(by: Dimension(heads))])
      context.set(1, shape: cache)
      context.set(2, shape: cache)
    },
    cost: { _ in .unknown })
}
