import Tensors

extension MicrosoftRules {
  /// A product with a weight of 8-bit floats and N rows: K MACs per element of the result, and a bias.
  static let matMulBlockQuantizedFp8Weight = rules(
    "MatMulBlockQuantizedFp8Weight",
    infer: { context in
      guard let left = context.shape(0), !left.dimensions.isEmpty else { return }
      let width = context.sizes(1, rank: 2)?[0] ?? .unknown
      context.set(shape: Shape(left.dimensions.dropLast() + [width]))
    },
    cost: { context in
      .products(
        context.outputCount() * (context.input(0)?.last ?? .unknown),
        others: context.has(4) ? context.outputCount() : 0)
    })
}
