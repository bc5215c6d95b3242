import Tensors

extension OperatorRules {
  /// Convolution of quantized numbers to quantized ones: the shapes and the MACs of Conv.
  ///
  /// The zero points of input and weight take an operation per element, the result a scale and a zero point, and one
  /// addition for a bias.
  package static let qLinearConv = OperatorRules(
    "QLinearConv",
    infer: { $0.convolve(input: 0, weight: 3, bias: 8) },
    cost: { context in
      .products(
        context.convolutionProducts(weight: 3),
        others: context.zeroPoints([(0, 2), (3, 5)]) + context.outputCount() * (context.has(8) ? 3 : 2))
    })
}
