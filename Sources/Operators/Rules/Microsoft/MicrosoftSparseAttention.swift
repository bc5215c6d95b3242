import Tensors

extension MicrosoftRules {
  /// GroupQueryAttention within the blocks that a mask allows, on caches that keep their size.
  ///
  /// Which blocks these are is known only at run time, and so is the cost.
  static let sparseAttention = rules(
    "SparseAttention",
    infer: { context in
      context.groupedAttention(past: 3)
      context.set(1, shape: context.shape(3))
      context.set(2, shape: context.shape(4))
    },
    cost: { _ in .unknown })
}
