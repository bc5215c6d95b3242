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
      let bounds = [1, 2].map { context.input($0) == nil ? nil : context.shapeDataInput($0)?.first ?? .unknown }
      let elements = context.shapeDataInput(0)?.map { element in
        let raised = bounds[0].map { Dimension.maximum(element, $0) } ?? element
        return bounds[1].map { Dimension.minimum(raised, $0) } ?? raised
      }
      context.set(shape: context.shape(0), elements: elements)
    },
    cost: { $0.elementwise(1) },
    pruning: { $0.keepAxes() })
}
