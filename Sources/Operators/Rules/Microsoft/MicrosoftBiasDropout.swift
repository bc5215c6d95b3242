import Tensors

extension MicrosoftRules {
  /// The input plus a bias, and plus a residual where there is one, when a model runs; its mask is `bool`.
  static let biasDropout = rules(
    "BiasDropout",
    infer: { context in
      context.set(0, shape: context.shape(0))
      context.set(1, shape: context.shape(0))
      context.set(1, element: .bool)
    },
    cost: { context in
      context.elementwise(context.has(2) ? 2 : 1)
    })
}
