import Tensors

extension MicrosoftRules {
  /// α times `[…, M, K]` by `[…, K, N]`, either side transposed: K MACs per element of the result.
  static let fusedMatMul = rules(
    "FusedMatMul",
    infer: { $0.fusedMatrixProduct() },
    cost: { context in
      .products(context.outputCount() * context.fusedInnerSize)
    })
}
