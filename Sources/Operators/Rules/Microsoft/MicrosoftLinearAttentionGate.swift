import Tensors

extension MicrosoftRules {
  /// The decay of each head, and its update rate where one is asked for: four operations per element, and one.
  static let linearAttentionGate = rules(
    "LinearAttentionGate",
    infer: { context in
      context.set(0, shape: context.shape(0))
      context.set(1, shape: context.input(3) == nil ? context.shape(0) : context.shape(3))
    },
    cost: { context in
      context.elementwise(4) + Cost(flops: context.has(3) ? context.inputCount(3) : 0)
    })
}
