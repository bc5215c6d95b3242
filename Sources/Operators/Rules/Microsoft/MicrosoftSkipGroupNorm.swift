import Tensors

extension MicrosoftRules {
  /// GroupNorm of the input plus a skip connection and an optional bias; result 1 is that sum.
  static let skipGroupNorm = rules(
    "SkipGroupNorm",
    infer: { context in
      context.set(0, shape: context.shape(0))
      context.set(1, shape: context.shape(0))
    },
    cost: { context in
      context.elementwise(context.has(4) ? 9 : 8)
    })
}
