import Tensors

/// CumSum and CumProd: each element becomes what the elements up to it make.
extension OperatorRules {
  /// One operation per element.
  ///
  /// - Parameters:
  ///   - neutral: what there is before the first element.
  ///   - combine: the operation.
  static func runningTotal(
    _ name: String, neutral: Dimension, _ combine: @escaping @Sendable (Dimension, Dimension) -> Dimension
  ) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        context.set(shape: context.shape(0))
        guard let rank = context.shape(0)?.rank else { return }
        if let axis = context.constantData(1)?.first,
          context.normalized(axis: axis, rank: rank, at: .input(1)) == nil
        {
          return
        }
        guard rank == 1, let data = context.shapeDataInput(0) else { return }
        let isReversed = (context.int("reverse") ?? 0) != 0
        let isExclusive = (context.int("exclusive") ?? 0) != 0
        var total = neutral
        var totals: [Dimension] = []
        for element in isReversed ? data.reversed() : data {
          let next = combine(total, element)
          totals.append(isExclusive ? total : next)
          total = next
        }
        context.set(shape: context.shape(0), elements: isReversed ? totals.reversed() : totals)
      },
      cost: { $0.elementwise(1) })
  }
}
