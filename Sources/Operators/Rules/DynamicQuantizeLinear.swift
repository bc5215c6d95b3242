import Tensors

extension OperatorRules {
  /// 8-bit numbers with the scale and the zero point that the range of the input asks for.
  ///
  /// Four operations per element: the comparisons for the least and the greatest, the quotient and the zero point.
  package static let dynamicQuantizeLinear = OperatorRules(
    "DynamicQuantizeLinear",
    infer: { context in
      context.set(0, shape: context.shape(0))
      context.set(1, shape: Shape([]))
      context.set(2, shape: Shape([]))
    },
    cost: { $0.perInput(4) })
}
