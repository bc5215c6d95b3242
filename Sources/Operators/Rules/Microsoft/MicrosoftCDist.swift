import Tensors

extension MicrosoftRules {
  /// The distance of each of M rows from each of K: a MAC for each of their elements.
  static let cDist = rules(
    "CDist",
    infer: { context in
      let left = context.sizes(0, rank: 2), right = context.sizes(1, rank: 2)
      context.set(shape: Shape([left?[0] ?? .unknown, right?[0] ?? .unknown]))
    },
    cost: { context in
      .products(context.outputCount() * (context.input(0)?.last ?? .unknown))
    })
}
