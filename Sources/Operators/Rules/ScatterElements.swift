import Tensors

extension OperatorRules {
  /// The data with elements along `axis` replaced by updates: the shape of the data; it costs what ScatterND does.
  package static let scatterElements = OperatorRules(
    "ScatterElements",
    infer: { context in
      context.set(shape: context.shape(0))
      guard let rank = context.shape(0)?.rank else { return }
      _ = context.normalized(axis: context.int("axis") ?? 0, rank: rank, at: .attribute("axis"))
      _ = context.requireRank(rank...rank, of: context.shape(1), "`indices`", at: .input(1))
      _ = context.requireRank(rank...rank, of: context.shape(2), "`updates`", at: .input(2))
    },
    cost: { $0.scatter() })
}
