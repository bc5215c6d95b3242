import Tensors

extension MicrosoftRules {
  /// Attention of 8-bit inputs with 8-bit weights.
  static let qAttention = rules(
    "QAttention",
    infer: { $0.projectedAttention(past: 8) },
    cost: { context in
      context.projectedAttentionCost(past: 8)
    })
}
