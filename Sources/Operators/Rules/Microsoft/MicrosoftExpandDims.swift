import Tensors

extension MicrosoftRules {
  /// The input with an axis of size 1 put in; it costs nothing.
  static let expandDims = rules(
    "ExpandDims",
    infer: { context in
      guard let shape = context.shape(0) else { return }
      guard let axis = context.constantData(1)?.first else {
        return context.set(shape: Shape(Array(repeating: .unknown, count: shape.rank + 1)))
      }
      guard let place = context.normalized(axis: axis, rank: shape.rank + 1, at: .input(1)) else { return }
      var sizes = shape.dimensions
      sizes.insert(1, at: place)
      context.set(shape: Shape(sizes))
    },
    cost: { _ in .none })
}
