import Graphs
import Tensors

extension MicrosoftRules {
  /// Gemm of 8-bit floats, of the type that `dtype` names.
  static let gemmFloat8 = rules(
    "GemmFloat8",
    infer: { context in
      context.infer(as: .gemm, inputs: [0, 1, 2])
      context.set(element: context.elementType("dtype") ?? .f32)
    },
    cost: { context in
      (context.cost(as: .gemm, inputs: [0, 1, 2]) ?? .unknown)
        + context.elementwise((context.attribute("activation")?.text ?? "NONE") == "NONE" ? 0 : 1)
    })
}
