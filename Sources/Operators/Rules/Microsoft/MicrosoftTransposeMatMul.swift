import Tensors

extension MicrosoftRules {
  /// The older name of FusedMatMul.
  static let transposeMatMul = rules(
    "TransposeMatMul",
    infer: { $0.fusedMatrixProduct() },
    cost: { context in
      .products(context.outputCount() * context.fusedInnerSize)
    })
}
