import Tensors

extension MicrosoftRules {
  /// Queries and keys turned by the angles of an embedding: three operations per element of both.
  static let gemmaRotaryEmbedding = rules(
    "GemmaRotaryEmbedding",
    infer: { context in
      context.set(0, shape: context.shape(1))
      context.set(1, shape: context.shape(3))
    },
    cost: { context in
      Cost(flops: (context.outputCount(0) + context.outputCount(1)) * 3)
    })
}
