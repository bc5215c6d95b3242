import Tensors

extension OperatorRules {
  /// x where it is positive, slope · x elsewhere; the slope broadcasts to x.
  ///
  /// Runtimes broadcast x to a greater slope as well.
  package static let prelu = OperatorRules(
    "PRelu",
    infer: { context in
      context.set(shape: context.shape(0))
      guard let shape = context.shape(0) else { return }
      context.requireBroadcastable(1, to: shape, of: 0, "slope")
      guard let slope = context.shape(1), slope.rank <= shape.rank else { return context.set(shape: nil) }
      let offset = shape.rank - slope.rank
      context.set(
        shape: Shape(
          shape.dimensions.enumerated().map { axis, size in
            axis < offset ? size : InferenceContext.broadcast(size, slope.dimensions[axis - offset]).size
          }))
    },
    cost: { $0.elementwise(1) },
    pruning: { $0.broadcastAxes(0..<2) })
}
