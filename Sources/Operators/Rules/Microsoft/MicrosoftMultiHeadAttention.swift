import Tensors

extension MicrosoftRules {
  /// softmax(Q Kᵀ · scale + bias) V for each head, of queries `[N, S, H]`, keys and values; or of all three in one tensor.
  ///
  /// The two products take a MAC for each score and each element of a vector; a softmax takes five operations per score.
  static let multiHeadAttention = rules(
    "MultiHeadAttention",
    infer: { $0.multiHeadAttention() },
    cost: { context in
      context.multiHeadAttentionCost()
    })
}
