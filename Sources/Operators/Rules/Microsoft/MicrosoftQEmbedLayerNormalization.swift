import Tensors

extension MicrosoftRules {
  /// EmbedLayerNormalization of quantized tables.
  static let qEmbedLayerNormalization = rules(
    "QEmbedLayerNormalization",
    infer: { context in
      let words = context.sizes(0, rank: 2), table = context.sizes(2, rank: 2)
      let batch = words?[0] ?? .unknown
      context.set(0, shape: Shape([batch, words?[1] ?? .unknown, table?[1] ?? .unknown]))
      context.set(1, shape: Shape([batch]))
    },
    cost: { context in
      context.elementwise(context.has(4) ? 9 : 8)
    })
}
