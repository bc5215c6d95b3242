import Tensors

extension OperatorRules {
  /// Convolution of `[N, C, …]` with a weight `[M, C / group, kernel…]` to `[N, M, …]`.
  ///
  /// Each element of the result takes `C / group` times the kernel's size in MACs, and one addition for a bias.
  package static let conv = OperatorRules(
    "Conv",
    infer: { $0.convolve() },
    cost: { .products($0.convolutionProducts(), others: $0.has(2) ? $0.outputCount() : 0) })
}
