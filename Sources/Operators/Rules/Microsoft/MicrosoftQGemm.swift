import Tensors

extension MicrosoftRules {
  /// Gemm of 8-bit matrices: quantized anew with a scale and a zero point, else as `f32`.
  ///
  /// Scaling the result takes an operation per element.
  static let qGemm = rules(
    "QGemm",
    infer: { context in
      context.infer(as: .gemm, inputs: [0, 3, 6])
      if context.input(8) != nil {
        context.set(element: context.element(8))
      } else if context.input(7) == nil {
        context.set(element: .f32)
      }
    },
    cost: { context in
      (context.cost(as: .gemm, inputs: [0, 3, 6]) ?? .unknown) + context.elementwise(1)
    })
}
