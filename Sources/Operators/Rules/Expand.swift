import Tensors

extension OperatorRules {
  /// The input broadcast together with a shape, which may keep axes of the input by a 1.
  package static let expand = movement("Expand") { context in
    guard let target = context.shapeData(1), let shape = context.shape(0) else { return }
    let result = context.broadcast(shape, Shape(target))
    guard let count = ShapeData.count(of: result), let elements = context.shapeDataInput(0) else {
      return context.set(shape: result)
    }
    let isRepeated = elements.count == 1
    context.set(shape: result, elements: isRepeated ? Array(repeating: elements[0], count: count) : elements)
  }
}
