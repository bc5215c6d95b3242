import Tensors

extension OperatorRules {
  /// Elements of X where the condition holds, of Y elsewhere; all three broadcast.
  package static let `where` = OperatorRules(
    "Where",
    infer: { context in
      let shape = context.broadcastInputs()
      guard shape.map({ $0.rank <= 1 }) ?? true, let condition = context.shapeDataInput(0),
        let x = context.shapeDataInput(1), let y = context.shapeDataInput(2)
      else {
        context.set(shape: shape)
        return context.foldChoice()
      }
      let elements = ShapeData.combine([condition, x, y]) { choice in
        switch choice[0].constant {
        case 0: choice[2]
        case .some: choice[1]
        case nil: choice[1].isProvablyEqual(to: choice[2]) ? choice[1] : .unknown
        }
      }
      context.set(shape: shape, elements: elements)
    },
    cost: { $0.elementwise(1) },
    pruning: { $0.broadcastAxes(0..<3) })
}

extension InferenceContext {
  fileprivate mutating func foldChoice() {
    guard let sizes = outputs.first?.type.shape?.constants else { return }
    fold { context in
      var operands: [[UInt64]] = []
      for index in 0..<3 {
        guard let tensor = context.smallTensor(index),
          let places = SmallTensor.broadcastPlaces(of: tensor.sizes, to: sizes),
          let words = tensor.picking(places, sizes: sizes)?.words
        else { return nil }
        operands.append(words)
      }
      guard let element = context.element(1), element == context.element(2) else { return nil }
      let words = operands[0].indices.map { operands[operands[0][$0] != 0 ? 1 : 2][$0] }
      return SmallTensor(element, sizes: sizes, words: words)
    }
  }
}
