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
    context.set(
      shape: result,
      elements: context.cells(0).flatMap { cells in
        shape.constants.flatMap { SmallTensor.places(of: $0, permuted: order) }.flatMap { places in
          places.count == cells.count ? places.map { cells[$0] } : nil
        }
      })
    context.fold { context in
      guard let tensor = context.smallTensor(0), let sizes = result.constants else { return nil }
      return SmallTensor.places(of: tensor.sizes, permuted: order).flatMap { tensor.picking($0, sizes: sizes) }
    }
  }.pruned { context in
    guard let rank = context.rank(.input(0)) else { return }
    for (place, axis) in (context.call.ints("perm") ?? Array((0..<rank).reversed())).enumerated() {
      context.couple(.input(0, axis), .output(0, place))
    }
  }
}

extension SmallTensor {
  /// Where the elements of a tensor of `sizes` stand before its axes are put in another order, each of them being in it once.
  ///
  /// `nil` where it is no small tensor.
  fileprivate static func places(of sizes: [Int], permuted order: [Int]) -> [Int]? {
    guard order.count == sizes.count, let count = count(of: sizes) else { return nil }
    guard count > 0 else { return [] }
    var strides = Array(repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
    var places = [0]
    for axis in order { places = places.flatMap { place in (0..<sizes[axis]).map { place + $0 * strides[axis] } } }
    return places
  }
}
