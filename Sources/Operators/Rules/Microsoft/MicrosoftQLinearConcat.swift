extension MicrosoftRules {
  /// Concat of quantized tensors, each of which a scale and a zero point follow; it costs nothing.
  static let qLinearConcat = rules(
    "QLinearConcat",
    infer: { context in
      context.infer(as: .concat, inputs: Array(stride(from: 2, to: context.inputs.count, by: 3)))
    },
    cost: { _ in .none })
}
