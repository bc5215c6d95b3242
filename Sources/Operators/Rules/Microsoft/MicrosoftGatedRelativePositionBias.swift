import Tensors

extension MicrosoftRules {
  /// A relative position bias `[1, heads, S, S]` times gates made of the queries: `[N, heads, S, S]`.
  ///
  /// Each query of each head takes a product with a `[head size, D]` weight; the bias takes an operation per element.
  static let gatedRelativePositionBias = rules(
    "GatedRelativePositionBias",
    infer: { context in
      let query = context.shape(0)?.rank == 3 ? context.sizes(0, rank: 3)?[0] : nil
      let packed = context.input(6) == nil ? nil : context.sizes(6, rank: 2)?[0]
      let bias = context.sizes(2, rank: 4)
      let batch = packed ?? query ?? .unknown
      context.set(shape: Shape([batch, bias?[1] ?? .unknown, bias?[2] ?? .unknown, bias?[3] ?? .unknown]))
    },
    cost: { context in
      .products(context.inputCount(0) * (context.input(3, rank: 2)?[1] ?? .unknown), others: context.outputCount())
    })
}
