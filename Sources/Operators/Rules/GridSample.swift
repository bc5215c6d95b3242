import Graphs
import Tensors

extension OperatorRules {
  /// Elements of `[N, C, …]` taken at the places of a grid `[N, out…, r]`, r being the axes behind the channels.
  ///
  /// A place takes two operations per coordinate. An element is made of `2^r` for linear and `4^r` for cubic
  /// interpolation, two operations each.
  package static let gridSample = OperatorRules(
    "GridSample",
    infer: { context in
      guard let rank = context.shape(0)?.rank ?? context.shape(1)?.rank,
        context.requireRank(3...Int.max, of: context.shape(0), "the input", at: .input(0)),
        context.requireRank(3...Int.max, of: context.shape(1), "the grid", at: .input(1)),
        context.requireRank(rank...rank, of: context.shape(1), "the grid", at: .input(1))
      else { return }
      let open = Array(repeating: Dimension.unknown, count: rank)
      let input = context.shape(0)?.dimensions ?? open
      let grid = context.shape(1)?.dimensions ?? open
      let batch = context.agree(
        input[0], grid[0], at: .input(1), "the grid is for \(grid[0]) examples, but the input has \(input[0])")
      _ = context.agree(
        grid[rank - 1], Dimension(rank - 2), at: .input(1),
        "a place of the grid has \(grid[rank - 1]) coordinates, but the input has \(rank - 2) axes behind its channels")
      context.set(shape: Shape([batch, input[1]] + grid[1..<(rank - 1)]))
    },
    cost: { context in
      let axes = Swift.min((context.input(0)?.count ?? 0) - 2, 16)
      guard axes > 0, let mode = context.attribute("mode")?.text else { return Cost(flops: .unknown) }
      let perAxis = ["linear": 2, "bilinear": 2, "cubic": 4, "bicubic": 4][mode] ?? 1
      let perElement = perAxis == 1 ? 0 : (0..<axes).reduce(2) { product, _ in product * perAxis }
      return Cost(flops: context.outputCount() * Dimension(perElement) + context.inputCount(1) * 2)
    })
}
