import Tensors

extension MicrosoftRules {
  /// FusedMatMul with an activation: one operation more per element.
  static let fusedMatMulActivation = rules(
    "FusedMatMulActivation",
    infer: { $0.fusedMatrixProduct() },
    cost: { context in
      .products(context.outputCount() * context.fusedInnerSize, others: context.outputCount())
    })
}
