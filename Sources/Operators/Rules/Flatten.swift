import Tensors

extension OperatorRules {
  /// A matrix: the axes before `axis` as rows, the others as columns.
  package static let flatten = movement("Flatten") { context in
    guard let shape = context.shape(0) else { return context.set(shape: Shape([.unknown, .unknown])) }
    let given = context.int("axis") ?? 1
    guard (-shape.rank...shape.rank).contains(given) else {
      context.report(
        "axis-out-of-range", "axis \(given) is out of range: \(shape) has \(shape.rank) axes", at: .attribute("axis"))
      return context.set(shape: Shape([.unknown, .unknown]))
    }
    let axis = given < 0 ? given + shape.rank : given
    let rows = Shape(Array(shape.dimensions[..<axis])).elementCount
    context.set(shape: Shape([rows, Shape(Array(shape.dimensions[axis...])).elementCount]))
    context.foldReshaped()
  }.pruned { $0.regroup() }
}
