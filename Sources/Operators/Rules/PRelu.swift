extension OperatorRules {
  /// x where it is positive, slope · x elsewhere; the slope broadcasts to x.
  package static let prelu = OperatorRules(
    "PRelu",
    infer: { context in
      context.set(shape: context.shape(0))
      guard let shape = context.shape(0) else { return }
      context.requireBroadcastable(1, to: shape, "slope")
    },
    cost: { $0.elementwise(1) },
    pruning: { $0.broadcastAxes(0..<2) })
}
