import Tensors

extension MicrosoftRules {
  /// Products of complex numbers, as pairs along the last axis, broadcast.
  ///
  /// Four products and two sums for each pair make three operations per element.
  static let complexMul = rules(
    "ComplexMul",
    infer: { context in
      guard let shape = context.broadcastInputs() else { return }
      context.set(shape: shape)
    },
    cost: { $0.elementwise(3) })
}
