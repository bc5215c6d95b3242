import Tensors

extension OperatorRules {
  /// The parts of each string along a new last axis, as many as the string with most has, and how many each has.
  ///
  /// What the search for the delimiter takes follows the strings.
  package static let stringSplit = OperatorRules(
    "StringSplit",
    infer: { context in
      guard let shape = context.shape(0) else { return }
      context.set(0, shape: Shape(shape.dimensions + [shape.elementCount.constant == 0 ? 0 : .unknown]))
      context.set(1, shape: shape)
    },
    cost: { _ in Cost(flops: .unknown) })
}
