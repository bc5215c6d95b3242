import Tensors

extension OperatorRules {
  /// Elements of X where the condition holds, of Y elsewhere; all three broadcast.
  package static let `where` = OperatorRules(
    "Where",
    infer: { context in
      let shape = context.broadcastInputs()
      guard shape.map({ $0.rank <= 1 }) ?? true, let condition = context.shapeDataInput(0),
        let x = context.shapeDataInput(1), let y = context.shapeDataInput(2)
      else { return context.set(shape: shape) }
      let elements = ShapeData.combine([condition, x, y]) { choice in
        switch choice[0].constant {
        case 0: choice[2]
        case .some: choice[1]
        case nil: choice[1].isProvablyEqual(to: choice[2]) ? choice[1] : .unknown
        }
      }
      context.set(shape: shape, elements: elements)
    },
    cost: { $0.elementwise(1) })
}
