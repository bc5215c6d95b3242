import Tensors

extension OperatorRules {
  /// The shape without the given axes, which have size 1, or without all axes of size 1.
  package static let squeeze = movement("Squeeze") { context in
    guard let shape = context.shape(0) else { return context.set(shape: nil) }
    context.setMoved(shape: context.squeezed(shape))
    context.foldReshaped()
  }.pruned { $0.regroup() }
}

extension InferenceContext {
  fileprivate mutating func squeezed(_ shape: Shape) -> Shape? {
    switch setting(input: 1, attribute: "axes") {
    case .unknown: return nil
    case .absent:
      // Which axes go is known only where no size may turn out to be 1.
      guard shape.dimensions.allSatisfy({ $0.constant != nil || Self.isNeverOne($0) }) else { return nil }
      return Shape(shape.dimensions.filter { $0.constant != 1 })
    case .known([]):
      // No axes are no change to some runtimes, and all axes of size 1 to others.
      return shape.dimensions.allSatisfy(Self.isNeverOne) ? shape : nil
    case .known(let given):
      let constants = given.compactMap(\.constant)
      guard constants.count == given.count else {
        let candidates = shape.dimensions.indices.filter { axis in
          shape.dimensions[axis].isUnknown || !Self.isNeverOne(shape.dimensions[axis])
        }
        // Of several axes two may be the same: ONNX Runtime then takes it away once.
        return given.count <= 1 ? shape.removing(given.count, of: candidates) : nil
      }
      guard let axes = normalized(axes: constants, rank: shape.rank) else { return nil }
      for axis in axes {
        let size = shape.dimensions[axis]
        guard Self.isNeverOne(size), !size.isUnknown else { continue }
        report("shape-mismatch", "axis \(axis) of \(shape) is \(size); only axes of size 1 can be squeezed")
      }
      return Shape(shape.dimensions.enumerated().compactMap { axes.contains($0) ? nil : $1 })
    }
  }
}
