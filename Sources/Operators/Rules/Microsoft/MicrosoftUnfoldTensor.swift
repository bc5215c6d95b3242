import Tensors

extension MicrosoftRules {
  /// The windows of `size` elements, `step` apart, along an axis, in a new last axis; it costs nothing.
  static let unfoldTensor = rules(
    "UnfoldTensor",
    infer: { context in
      guard let shape = context.shape(0), let size = context.int("size"), size > 0,
        let step = context.positiveAttribute("step"),
        let axis = context.normalized(axis: context.int("dim") ?? -1, rank: shape.rank, at: .attribute("dim"))
      else { return }
      var sizes = shape.dimensions
      let room = sizes[axis] - Dimension(size)
      if (-1 - room).isProvablyAtLeast(0) {
        context.report(
          "negative-size", "axis \(axis) is \(sizes[axis]), and has no \(size) elements", at: .attribute("size"))
        sizes[axis] = .unknown
      } else {
        sizes[axis] = room.floorDivided(by: Dimension(step)) + 1
      }
      context.set(shape: Shape(sizes + [Dimension(size)]))
    },
    cost: { _ in .none })
}
