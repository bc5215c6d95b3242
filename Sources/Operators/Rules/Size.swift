import Tensors

extension OperatorRules {
  /// The number of elements of the input, as a scalar of `i64`.
  package static let size = movement("Size") { context in
    context.set(element: .i64)
    context.set(shape: Shape([]), elements: [context.shape(0)?.elementCount ?? .unknown])
  }
}
