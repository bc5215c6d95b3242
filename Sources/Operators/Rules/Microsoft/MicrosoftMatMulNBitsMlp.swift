import Tensors

extension MicrosoftRules {
  /// Two products with weights of a few bits, one activated and multiplied by the other: twice K MACs per element.
  ///
  /// Result 1 is the input plus a skip connection.
  static let matMulNBitsMlp = rules(
    "MatMulNBitsMlp",
    infer: { context in
      context.multiplyRows(width: "N")
      context.set(1, shape: context.shape(0))
    },
    cost: { context in
      .products(context.outputCount() * (context.size("K") ?? .unknown) * 2, others: context.outputCount() * 2)
    })
}
