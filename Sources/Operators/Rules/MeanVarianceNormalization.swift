import Tensors

extension OperatorRules {
  /// `(x − mean) / deviation` over `axes`, all but the channels of `[N, C, H, W]` by default.
  ///
  /// Five operations per element: the sums of mean and variance, the difference, its square and the quotient.
  package static let meanVarianceNormalization = OperatorRules(
    "MeanVarianceNormalization",
    infer: { context in
      context.set(shape: context.shape(0))
      guard let rank = context.shape(0)?.rank else { return }
      for axis in context.ints("axes") ?? [] {
        guard context.normalized(axis: axis, rank: rank, at: .attribute("axes")) != nil else { return }
      }
    },
    cost: { $0.elementwise(5) })
}
