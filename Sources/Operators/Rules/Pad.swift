import Tensors

extension OperatorRules {
  /// The input with elements added before and behind each axis, or taken away where a pad is negative.
  ///
  /// `pads` holds all beginnings, then all ends, of all axes or (from version 18 on) of `axes`.
  package static let pad = movement("Pad") { context in
    guard let shape = context.shape(0) else { return }
    let unknown = Shape(shape.dimensions.map { _ in .unknown })
    guard case .known(let pads) = context.setting(input: 1, attribute: "pads") else {
      return context.set(shape: unknown)
    }
    var axes = Array(0..<shape.rank)
    if context.input(3) != nil {
      guard let given = context.constantData(3) else { return context.set(shape: unknown) }
      axes = []
      for axis in given {
        guard let axis = context.normalized(axis: axis, rank: shape.rank, at: .input(3)) else { return }
        axes.append(axis)
      }
    }
    guard pads.count == 2 * axes.count else {
      return context.report(
        "shape-mismatch",
        "`pads` must have \(2 * axes.count) elements for \(counted(axes.count, "axis", "axes")), but has \(pads.count)",
        at: .input(1))
    }
    var result = shape.dimensions
    for (position, axis) in axes.enumerated() {
      result[axis] += pads[position] + pads[position + axes.count]
      guard (-1 - result[axis]).isProvablyAtLeast(0) else { continue }
      context.report("negative-size", "axis \(axis) would have the size \(result[axis])", at: .input(1))
      result[axis] = .unknown
    }
    context.set(shape: Shape(result))
  }
}
