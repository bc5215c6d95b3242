import Tensors

extension OperatorRules {
  /// The slices along `axis`, or the elements of the flattened input, for which the condition holds.
  ///
  /// How many these are is known where the condition is, and where the axis is as long as the last that holds stands: of a
  /// condition that is longer than the axis, which it must not be, runtimes leave off the rest.
  package static let compress = movement("Compress") { context in
    _ = context.requireRank(1...1, of: context.shape(1), "the condition", at: .input(1))
    let condition = context.constantData(1)
    let kept = condition.map { flags in flags.indices.filter { flags[$0] != 0 } }
    func count(of size: Dimension) -> Dimension {
      guard let kept, size.isProvablyAtLeast(Dimension((kept.last ?? -1) + 1)) else { return .unknown }
      return Dimension(kept.count)
    }
    let data = context.shape(0)?.rank == 1 ? context.shapeDataInput(0) : nil
    let elements = kept.flatMap { kept in
      data.map { data in kept.map { data.indices.contains($0) ? data[$0] : .unknown } }
    }
    guard let given = context.int("axis") else {
      let size = context.shape(0)?.elementCount ?? .unknown
      guard !context.reportsOverlongCondition("the input has", size) else {
        return context.set(shape: Shape([.unknown]))
      }
      return context.set(shape: Shape([count(of: size)]), elements: elements)
    }
    guard var shape = context.shape(0),
      let axis = context.normalized(axis: given, rank: shape.rank, at: .attribute("axis"))
    else { return }
    let isOverlong = context.reportsOverlongCondition("axis \(axis) is", shape.dimensions[axis])
    shape.dimensions[axis] = isOverlong ? .unknown : count(of: shape.dimensions[axis])
    context.set(shape: shape, elements: isOverlong ? nil : elements)
  }
}

extension InferenceContext {
  /// Whether the condition is longer than what it selects from, which is reported.
  fileprivate mutating func reportsOverlongCondition(_ subject: String, _ size: Dimension) -> Bool {
    guard let length = shape(1)?.dimensions.first, length.isProvablyAtLeast(size + 1) else { return false }
    report("shape-mismatch", "the condition has \(length) elements, but \(subject) only \(size)", at: .input(1))
    return true
  }
}
