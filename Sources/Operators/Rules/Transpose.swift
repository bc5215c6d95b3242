import Tensors

extension OperatorRules {
  /// The axes in the order `perm`, reversed by default.
  package static let transpose = movement("Transpose") { context in
    guard let shape = context.shape(0) else {
      guard let order = context.ints("perm") else { return }
      return context.set(shape: Shape(order.map { _ in .unknown }))
    }
    let order = context.ints("perm") ?? Array((0..<shape.rank).reversed())
    guard order.count == shape.rank else {
      return context.report(
        "rank-mismatch", "`perm` has \(counted(order.count, "axis", "axes")), but \(shape) has \(shape.rank)",
        at: .attribute("perm"))
    }
    guard order.sorted() == Array(0..<shape.rank) else {
      return context.report(
        "invalid-attribute", "`perm` is \(order), but must hold each axis from 0 to \(shape.rank - 1) once",
        at: .attribute("perm"))
    }
    let result = Shape(order.map { shape.dimensions[$0] })
    context.set(shape: result, elements: context.permutedCells(of: shape, order))
  }
}

extension InferenceContext {
  /// The elements of argument 0 with its axes in another order.
  fileprivate func permutedCells(of shape: Shape, _ order: [Int]) -> [Dimension]? {
    guard let cells = cells(0), let sizes = shape.constants, ShapeData.size(of: shape) == cells.count else {
      return nil
    }
    var strides = Array(repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
    var places = [0]
    for axis in order {
      places = places.flatMap { place in (0..<sizes[axis]).map { place + $0 * strides[axis] } }
    }
    return places.map { cells[$0] }
  }
}
