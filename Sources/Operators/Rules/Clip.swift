import Tensors

extension OperatorRules {
  /// Each element brought between two optional scalars: one operation per element.
  package static let clip = OperatorRules(
    "Clip",
    infer: { context in
      for (index, name) in [(1, "min"), (2, "max")] {
        guard let bound = context.shape(index), bound.rank > 0, bound.constants != [1] else { continue }
        context.report("rank-mismatch", "`\(name)` must be a scalar, but is \(bound)", at: .input(index))
      }
      context.set(shape: context.shape(0))
    },
    cost: { $0.elementwise(1) })
}
