import Tensors

extension MicrosoftRules {
  /// The inverse of each square matrix: n³ MACs for one of n rows.
  static let inverse = rules(
    "Inverse",
    infer: { $0.set(shape: $0.shape(0)) },
    cost: { context in
      .products(context.outputCount() * (context.input(0)?.last ?? .unknown))
    })
}
