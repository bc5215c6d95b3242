import Tensors

extension OperatorRules {
  /// What MaxPool kept, back in its places and zeros elsewhere; it costs nothing.
  ///
  /// An axis becomes `(size − 1) · stride + kernel − pads`, unless input 2 gives the whole shape.
  package static let maxUnpool = movement("MaxUnpool") { context in
    guard let kernel = context.kernelShape() else { return }
    let rank = kernel.count + 2
    guard context.requireRank(rank...rank, of: context.shape(0), "the input", at: .input(0)),
      context.requireRank(rank...rank, of: context.shape(1), "`I`", at: .input(1)),
      let window = context.window(kernel: kernel)
    else { return }
    let sizes = context.shape(0)?.dimensions ?? Array(repeating: .unknown, count: rank)
    guard context.input(2) == nil else {
      let given = context.shapeData(2) ?? Array(repeating: .unknown, count: rank)
      guard given.count == rank else {
        return context.report(
          "shape-mismatch",
          "`output_shape` has \(counted(given.count, "element")) for \(counted(rank, "axis", "axes"))", at: .input(2))
      }
      return context.set(shape: Shape(given))
    }
    let spatial = kernel.indices.map { axis in
      (sizes[axis + 2] - 1) * Dimension(window.strides[axis]) + kernel[axis] - Dimension(window.pads[axis].begin)
        - Dimension(window.pads[axis].end)
    }
    for size in spatial where (-size).isProvablyAtLeast(1) {
      return context.report("negative-size", "an axis of the result would have the size \(size)")
    }
    context.set(shape: Shape(Array(sizes[..<2]) + spatial))
  }
}
