import Tensors

extension MicrosoftRules {
  /// A bias for each head and each pair of positions, `[1, heads, queries, keys]`; it costs nothing.
  static let relativePositionBias = rules(
    "RelativePositionBias",
    infer: { context in
      let table = context.sizes(0, rank: 2)
      context.set(
        shape: Shape([
          1, table?[1] ?? .unknown, context.shapeData(1)?.first?.ifNatural ?? .unknown,
          context.shapeData(2)?.first?.ifNatural ?? .unknown,
        ]))
    },
    cost: { _ in .none })
}
