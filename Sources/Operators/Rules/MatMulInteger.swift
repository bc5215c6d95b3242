import Tensors

extension OperatorRules {
  /// The matrix product of 8-bit integers, sums being `i32`: the shapes and the MACs of MatMul.
  ///
  /// A zero point takes one operation for each element that it is subtracted from.
  package static let matMulInteger = OperatorRules(
    "MatMulInteger",
    infer: { context in
      guard let left = context.shape(0), let right = context.shape(1) else { return }
      context.set(shape: context.matrixProduct(left, right))
    },
    cost: { .products($0.matrixProducts(0, 1), others: $0.zeroPoints([(0, 2), (1, 3)])) })
}
