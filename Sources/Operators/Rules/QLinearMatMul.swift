import Tensors

extension OperatorRules {
  /// The matrix product of quantized numbers as quantized ones: the shapes and the MACs of MatMul.
  ///
  /// The zero points of the factors take an operation per element, the result a scale and a zero point.
  package static let qLinearMatMul = OperatorRules(
    "QLinearMatMul",
    infer: { context in
      guard let left = context.shape(0), let right = context.shape(3) else { return }
      context.set(shape: context.matrixProduct(left, right, at: (0, 3)))
    },
    cost: { context in
      .products(
        context.matrixProducts(0, 3), others: context.zeroPoints([(0, 2), (3, 5)]) + context.outputCount() * 2)
    })
}
