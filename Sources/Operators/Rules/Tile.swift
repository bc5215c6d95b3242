import Tensors

extension OperatorRules {
  /// The input repeated along each axis.
  package static let tile = movement("Tile") { context in
    guard let shape = context.shape(0) else {
      guard let count = context.shapeData(1)?.count else { return }
      return context.set(shape: Shape(Array(repeating: .unknown, count: count)))
    }
    guard let repeats = context.shapeData(1) else {
      return context.set(shape: Shape(shape.dimensions.map { $0.constant == 0 ? 0 : .unknown }))
    }
    guard repeats.count == shape.rank else {
      return context.report(
        "rank-mismatch",
        "`repeats` has \(counted(repeats.count, "element")), but \(shape) has \(counted(shape.rank, "axis", "axes"))",
        at: .input(1))
    }
    for count in repeats where (-1 - count).isProvablyAtLeast(0) {
      return context.report("negative-size", "`repeats` has the negative element \(count)", at: .input(1))
    }
    let result = Shape(zip(shape.dimensions, repeats).map { $0 * $1 })
    for (axis, size) in result.dimensions.enumerated() {
      context.reportOverflow(of: size, axis: axis, from: [shape.dimensions[axis], repeats[axis]], at: .input(1))
    }
    guard ShapeData.count(of: result) != nil, let elements = context.shapeDataInput(0),
      let times = repeats.isEmpty ? 1 : repeats[0].constant
    else {
      context.set(shape: result)
      return context.fold { context in
        guard let tensor = context.smallTensor(0), let sizes = result.constants, sizes.count == tensor.sizes.count,
          SmallTensor.count(of: sizes) != nil
        else { return nil }
        return tensor.picking(axes: zip(sizes, tensor.sizes).map { size, own in (0..<size).map { $0 % own } })
      }
    }
    context.set(shape: result, elements: elements.isEmpty ? [] : (0..<times).flatMap { _ in elements })
  }.pruned { context in
    guard let repeats = context.call.shapeData(1), let rank = context.rank(.input(0)), repeats.count == rank else {
      return
    }
    for axis in 0..<rank where repeats[axis] != 1 {
      // A size of 1 may be repeated so that it meets a channel of something else, as Expand does it.
      guard context.constantSize(.input(0, axis)) == 1 else { continue }
      context.mention(.input(0, axis))
    }
    context.keepAxes(except: Set((0..<rank).filter { repeats[$0] != 1 }), because: "repeats this axis")
  }
}
