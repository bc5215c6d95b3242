import Tensors

extension MicrosoftRules {
  /// A product with an `[N, K]` weight of a few bits, plus that of an adapter of rank R.
  static let matMulNBitsQLoRA = rules(
    "MatMulNBitsQLoRA",
    infer: { $0.multiplyRows(width: "N") },
    cost: { context in
      let rank = context.input(3)?.first ?? .unknown
      let (rows, columns) = (context.size("N") ?? .unknown, context.size("K") ?? .unknown)
      let tokens = context.input(0)?.dropLast().reduce(1) { $0 * $1 } ?? .unknown
      return .products(tokens * (rows * columns + rank * (rows + columns)))
    })
}
