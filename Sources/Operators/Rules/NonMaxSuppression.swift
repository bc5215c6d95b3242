import Tensors

extension OperatorRules {
  /// The boxes that overlap no better one: rows of batch, class and box, as many as the running graph finds.
  package static let nonMaxSuppression = OperatorRules(
    "NonMaxSuppression",
    infer: { context in
      _ = context.requireRank(3...3, of: context.shape(0), "`boxes`", at: .input(0))
      _ = context.requireRank(3...3, of: context.shape(1), "`scores`", at: .input(1))
      context.set(element: .i64)
      context.set(shape: Shape([.unknown, 3]))
    },
    cost: { _ in Cost(flops: .unknown) })
}
