import Tensors

extension MicrosoftRules {
  /// MultiHeadAttention of packed tokens `[T, H]`.
  ///
  /// How long the sequences are is known only at run time, and so is the cost.
  static let packedMultiHeadAttention = rules(
    "PackedMultiHeadAttention",
    infer: { context in
      guard let query = context.shape(0)?.dimensions else { return }
      if query.count == 4 { return context.set(shape: Shape([query[0], query[1] * query[3]])) }
      guard query.count == 2 else { return }
      let value = context.input(2) == nil ? nil : context.sizes(2, rank: 2)?[1]
      context.set(shape: Shape([query[0], value ?? .unknown]))
    },
    cost: { _ in .unknown })
}
