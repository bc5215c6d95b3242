import Tensors

extension MicrosoftRules {
  /// The input plus a bias and an optional residual when a model runs, and its mask in words of 32 bits.
  static let bitmaskBiasDropout = rules(
    "BitmaskBiasDropout",
    infer: { context in
      context.set(0, shape: context.shape(0))
      context.setBitmask(1, of: context.shape(0))
    },
    cost: { context in
      context.elementwise(context.has(2) ? 2 : 1)
    })
}
