import Tensors

extension OperatorRules {
  /// The input broadcast together with a shape, which may keep axes of the input by a 1.
  package static let expand = movement("Expand") { context in
    guard let target = context.shapeData(1), let shape = context.shape(0) else { return }
    let result = context.broadcast(shape, Shape(target))
    guard let count = ShapeData.count(of: result), let elements = context.shapeDataInput(0) else {
      context.set(shape: result)
      return context.fold { context in
        guard let tensor = context.smallTensor(0), let sizes = result.constants else { return nil }
        return SmallTensor.broadcastPlaces(of: tensor.sizes, to: sizes).flatMap { tensor.picking($0, sizes: sizes) }
      }
    }
    let isRepeated = elements.count == 1
    context.set(shape: result, elements: isRepeated ? Array(repeating: elements[0], count: count) : elements)
  }.pruned { context in
    context.broadcastAxes([0])
    context.set(.shape(input: 1, copies: false))
  }
}
