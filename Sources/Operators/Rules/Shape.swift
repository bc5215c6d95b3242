import Tensors

extension OperatorRules {
  /// The sizes of the input from axis `start` to before axis `end`, as a vector of `i64`.
  package static let shape = movement("Shape") { context in
    context.set(element: .i64)
    guard let shape = context.shape(0) else { return context.set(shape: Shape([.unknown])) }
    func clamped(_ axis: Int) -> Int {
      let fromFront = axis < 0 ? axis &+ shape.rank : axis
      return Swift.max(0, Swift.min(fromFront, shape.rank))
    }
    let start = clamped(context.int("start") ?? 0)
    let end = clamped(context.int("end") ?? shape.rank)
    let sizes = Array(shape.dimensions[start..<Swift.max(start, end)])
    context.set(shape: Shape([Dimension(sizes.count)]), elements: sizes)
  }
}
