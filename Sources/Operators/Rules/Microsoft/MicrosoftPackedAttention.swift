import Tensors

extension MicrosoftRules {
  /// Attention of packed tokens `[T, D]`, with projections.
  ///
  /// How long the sequences are is known only at run time, and so is the cost.
  static let packedAttention = rules(
    "PackedAttention",
    infer: { context in
      guard let tokens = context.sizes(0, rank: 2) else { return }
      context.set(shape: Shape([tokens[0], context.projectedValueSize]))
    },
    cost: { _ in .unknown })
}
