import Tensors

extension MicrosoftRules {
  /// The matrix product of 16-bit integers into 32-bit ones.
  static let matMulInteger16 = rules(
    "MatMulInteger16",
    infer: { context in
      context.infer(as: .matMul, inputs: [0, 1])
      if context.element(0) == .i16, context.element(1) == .i16 { context.set(element: .i32) }
    },
    cost: { context in
      context.cost(as: .matMul, inputs: [0, 1]) ?? .unknown
    })
}
