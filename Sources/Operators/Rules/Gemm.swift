import Graphs
import Tensors

extension OperatorRules {
  /// `alpha · A' · B' + beta · C` for matrices, transposed or not: `M · N · K` MACs, and an addition per element for C.
  package static let gemm = OperatorRules(
    "Gemm",
    infer: { context in
      let (a, b) = (context.shape(0), context.shape(1))
      guard context.requireRank(2...2, of: a, "`A`", at: .input(0)),
        context.requireRank(2...2, of: b, "`B`", at: .input(1))
      else { return }
      let left = oriented(a, transposed: context.int("transA") ?? 0)
      let right = oriented(b, transposed: context.int("transB") ?? 0)
      _ = context.agree(
        left.columns, right.rows,
        "`A` has \(left.columns) columns, but `B` has \(right.rows) rows (after transposition)")
      let result = Shape([left.rows, right.columns])
      context.set(shape: result)
      context.requireBroadcastable(2, to: result, of: nil, "bias `C`")
    },
    cost: { context in
      let isTransposed = (context.attribute("transA")?.int ?? 0) != 0
      let inner = isTransposed ? context.input(0)?.first : context.input(0)?.last
      let hasBias = context.inputs.count > 2 && context.inputs[2] != nil
      return .products(context.outputCount() * (inner ?? .unknown), others: hasBias ? context.outputCount() : 0)
    },
    pruning: { context in
      let (left, right) = ((context.int("transA") ?? 0) != 0 ? 1 : 0, (context.int("transB") ?? 0) != 0 ? 1 : 0)
      context.multiply(
        rows: .input(0, left), inner: .input(0, 1 - left), otherInner: .input(1, right), columns: .input(1, 1 - right))
      if context.has(2) { context.broadcastAxes(of: 2, to: 0..<2) }
    })

  private static func oriented(_ matrix: Shape?, transposed: Int) -> (rows: Dimension, columns: Dimension) {
    guard let matrix else { return (.unknown, .unknown) }
    let (first, last) = (matrix.dimensions[0], matrix.dimensions[1])
    return transposed != 0 ? (last, first) : (first, last)
  }
}
