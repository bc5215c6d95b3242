import Tensors

extension MicrosoftRules {
  /// Rows of the tables of words, positions and segments, summed and normalised: `[N, S, hidden]`.
  ///
  /// An operation per element for each table but the first, and seven as for LayerNormalization.
  static let embedLayerNormalization = rules(
    "EmbedLayerNormalization",
    infer: { context in
      let words = context.sizes(0, rank: 2), table = context.sizes(2, rank: 2)
      let batch = words?[0] ?? .unknown
      let result = Shape([batch, words?[1] ?? .unknown, table?[1] ?? .unknown])
      context.set(0, shape: result)
      context.set(1, shape: Shape([batch]))
      context.set(2, shape: result)
    },
    cost: { context in
      context.elementwise(context.has(4) ? 9 : 8)
    })
}
