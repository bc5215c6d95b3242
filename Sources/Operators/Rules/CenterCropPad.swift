import Graphs
import Tensors

extension OperatorRules {
  /// The middle of the input, cut or filled up with zeros to the sizes wanted.
  package static let centerCropPad: OperatorRules = {
    var rules = movement("CenterCropPad") { context in
      guard let shape = context.shape(0) else { return }
      var axes: [Int] = []
      for axis in context.ints("axes") ?? Array(0..<shape.rank) {
        guard let axis = context.normalized(axis: axis, rank: shape.rank, at: .attribute("axes")) else { return }
        axes.append(axis)
      }
      var result = shape
      let sizes = context.shapeData(1)
      if let sizes, sizes.count != axes.count {
        return context.report(
          "shape-mismatch",
          "`shape` has \(counted(sizes.count, "element")) for \(counted(axes.count, "axis", "axes"))", at: .input(1))
      }
      for (position, axis) in axes.enumerated() { result.dimensions[axis] = sizes?[position] ?? .unknown }
      context.set(shape: result)
    }
    rules.decompose = { $0.centerCropPad() }
    return rules
  }()
}

extension DecompositionContext {
  fileprivate mutating func centerCropPad() -> Bool {
    guard var result = input(0), let sizes = constantSizes(of: result),
      let wanted = input(1).flatMap({ constants(of: $0) })
    else { return false }
    let given = attribute("axes")?.ints?.map(Int.init) ?? Array(sizes.indices)
    let axes = given.map { $0 < 0 ? $0 + sizes.count : $0 }
    guard axes.count == wanted.count, axes.allSatisfy(sizes.indices.contains) else { return false }
    var pads = [Int](repeating: 0, count: 2 * sizes.count)
    for (axis, size) in zip(axes, wanted) {
      let surplus = sizes[axis] - size
      if surplus > 0 {
        guard let part = slice(result, from: surplus / 2, to: surplus / 2 + size, axis: axis) else { return false }
        result = part
      } else {
        pads[axis] = -surplus / 2
        pads[sizes.count + axis] = -surplus - pads[axis]
      }
    }
    if pads.contains(where: { $0 != 0 }) {
      guard let padded = write("Pad", result, writer.constant(.i64(pads))) else { return false }
      result = padded
    }
    results = [result]
    return true
  }
}
