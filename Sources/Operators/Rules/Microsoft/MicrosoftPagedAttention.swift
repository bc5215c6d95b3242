import Tensors

extension MicrosoftRules {
  /// GroupQueryAttention of packed tokens `[T, H]` to keys and values kept in blocks, which are given back.
  ///
  /// How long the sequences are is known only at run time, and so is the cost.
  static let pagedAttention = rules(
    "PagedAttention",
    infer: { context in
      context.pagedAttention()
    },
    cost: { _ in .unknown })
}
