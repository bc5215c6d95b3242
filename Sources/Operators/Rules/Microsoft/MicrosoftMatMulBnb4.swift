import Graphs
import Tensors

extension MicrosoftRules {
  /// A product with an `[N, K]` weight of 4-bit floats, which is transposed unless `transB` is 0.
  static let matMulBnb4 = rules(
    "MatMulBnb4",
    infer: { context in
      context.multiplyRows(width: context.int("transB") == 0 ? "K" : "N")
    },
    cost: { context in
      let isTransposed = context.attribute("transB")?.int != 0
      return .products(context.outputCount() * (context.size(isTransposed ? "K" : "N") ?? .unknown))
    })
}
