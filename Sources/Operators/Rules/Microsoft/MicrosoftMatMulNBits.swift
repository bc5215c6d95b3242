import Tensors

extension MicrosoftRules {
  /// A product with an `[N, K]` weight of a few bits: K MACs per element of the result, and a bias.
  static let matMulNBits = rules(
    "MatMulNBits",
    infer: { $0.multiplyRows(width: "N") },
    cost: { context in
      .products(
        context.outputCount() * (context.size("K") ?? .unknown), others: context.has(5) ? context.outputCount() : 0)
    })
}
