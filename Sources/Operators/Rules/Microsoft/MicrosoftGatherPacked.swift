import Tensors

extension MicrosoftRules {
  /// Rows of a packed table that indices name, K numbers each: two operations per element.
  static let gatherPacked = rules(
    "GatherPacked",
    infer: { context in
      context.set(element: context.elementType("output_dtype"))
      guard let indices = context.shape(1) else { return }
      let width = context.int("K").flatMap { $0 > 0 ? Dimension($0) : nil } ?? .unknown
      context.set(shape: Shape(indices.dimensions + [width]))
    },
    cost: { $0.elementwise(2) })
}
