import Tensors

extension OperatorRules {
  /// The matrix product of `numpy.matmul`: `[..., M, K]` times `[..., K, N]` takes K MACs per element of the result.
  package static let matMul = OperatorRules(
    "MatMul",
    infer: { context in
      guard let left = context.shape(0), let right = context.shape(1) else { return }
      context.set(shape: context.matrixProduct(left, right))
    },
    cost: { .products($0.matrixProducts(0, 1)) })
}
