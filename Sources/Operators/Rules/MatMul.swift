import Tensors

extension OperatorRules {
  /// The matrix product of `numpy.matmul`: `[..., M, K]` times `[..., K, N]` takes K MACs per element of the result.
  package static let matMul = OperatorRules(
    "MatMul",
    infer: { context in
      guard let left = context.shape(0), let right = context.shape(1) else { return }
      context.set(shape: context.matrixProduct(left, right))
    },
    cost: { .products($0.matrixProducts(0, 1)) },
    pruning: { context in
      guard let left = context.rank(.input(0)), let right = context.rank(.input(1)), left > 0, right > 0,
        let rank = context.rank(.output(0))
      else { return }
      let matrix = rank - (left > 1 ? 1 : 0) - (right > 1 ? 1 : 0)
      for axis in 0..<Swift.max(left - 2, 0) {
        context.broadcastAxis(.input(0, axis), .output(0, matrix - (left - 2) + axis))
      }
      for axis in 0..<Swift.max(right - 2, 0) {
        context.broadcastAxis(.input(1, axis), .output(0, matrix - (right - 2) + axis))
      }
      context.multiply(
        rows: left > 1 ? .input(0, left - 2) : nil, inner: .input(0, left - 1),
        otherInner: .input(1, Swift.max(right - 2, 0)), columns: right > 1 ? .input(1, right - 1) : nil, from: matrix)
    })
}
