import Tensors

extension MicrosoftRules {
  /// A product with a packed weight of N rows and K columns.
  static let matMulPacked = rules(
    "MatMulPacked",
    infer: { $0.multiplyRows(width: "N") },
    cost: { context in
      .products(context.outputCount() * (context.size("K") ?? .unknown))
    })
}
