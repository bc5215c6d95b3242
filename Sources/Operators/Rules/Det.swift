import Tensors

extension OperatorRules {
  /// The determinant of each square matrix of `[…, M, M]`.
  ///
  /// By elimination: `(M − 1) M (2M − 1) / 6` MACs, a quotient for each element below the diagonal, and the product of
  /// the diagonal.
  package static let det = OperatorRules(
    "Det",
    infer: { context in
      guard let shape = context.shape(0), context.requireRank(2...Int.max, of: shape, "the input", at: .input(0))
      else { return }
      let (rows, columns) = (shape.dimensions[shape.rank - 2], shape.dimensions[shape.rank - 1])
      _ = context.agree(
        rows, columns, at: .input(0), "a determinant needs square matrices, but these are \(rows) by \(columns)")
      context.set(shape: Shape(Array(shape.dimensions.dropLast(2))))
    },
    cost: { context in
      guard let size = context.input(0)?.last else { return Cost(macs: .unknown, flops: .unknown) }
      let quotients = ((size - 1) * size).floorDivided(by: 2)
      let products = ((size - 1) * size * (size * 2 - 1)).floorDivided(by: 6)
      return .products(context.outputCount() * products, others: context.outputCount() * (quotients + size - 1))
    })
}
