import Tensors

extension MicrosoftRules {
  /// One half of the features through Swish, times the other: given apart, or as one tensor of both.
  ///
  /// Four operations per element: the sigmoid with its product, the product by it and that by the other half.
  static let swiGLU = rules(
    "SwiGLU",
    infer: { context in
      guard let gate = context.shape(0) else { return context.set(shape: context.shape(1)) }
      guard context.input(1) == nil else { return context.set(shape: gate) }
      guard let features = gate.dimensions.last else { return }
      context.set(shape: Shape(gate.dimensions.dropLast() + [features.floorDivided(by: 2)]))
    },
    cost: { $0.elementwise(4) })
}
