import Tensors

extension OperatorRules {
  /// `(x − zero_point) · scale`: two operations per element.
  ///
  /// The result has the type of the scale, or `output_dtype`.
  package static let dequantizeLinear = OperatorRules(
    "DequantizeLinear",
    infer: { context in
      context.set(shape: context.shape(0))
      context.set(element: context.elementType("output_dtype") ?? context.element(1))
      context.checkQuantizationAxis()
    },
    cost: { $0.elementwise(2) },
    pruning: { $0.scaleAxis() })
}
