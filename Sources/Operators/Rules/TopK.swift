import Tensors

extension OperatorRules {
  /// The `K` greatest or least elements along `axis`, and where they stand: counted as one comparison per element.
  package static let topK = OperatorRules(
    "TopK",
    infer: { context in
      context.set(1, element: .i64)
      guard var shape = context.shape(0),
        let axis = context.normalized(axis: context.int("axis") ?? -1, rank: shape.rank, at: .attribute("axis"))
      else { return }
      let count = context.shapeData(1)?.first ?? context.int("k").map { Dimension($0) } ?? .unknown
      let size = shape.dimensions[axis]
      if count.isProvablyAtLeast(size + 1) {
        context.report("shape-mismatch", "`K` is \(count), but axis \(axis) is only \(size)", at: .input(1))
      }
      shape.dimensions[axis] = count
      context.set(0, shape: shape)
      context.set(1, shape: shape)
    },
    cost: { $0.perInput(1) })
}
