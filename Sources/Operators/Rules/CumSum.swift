import Tensors

extension OperatorRules {
  /// Running sums along an axis: one operation per element.
  package static let cumSum = OperatorRules(
    "CumSum",
    infer: { context in
      context.set(shape: context.shape(0))
      guard let rank = context.shape(0)?.rank, let axis = context.constantData(1)?.first else { return }
      _ = context.normalized(axis: axis, rank: rank, at: .input(1))
    },
    cost: { $0.elementwise(1) })
}
