import Tensors

extension OperatorRules {
  /// The numbers from `start` to before `limit` in steps of `delta`: `max(ceil((limit − start) / delta), 0)` of them.
  package static let range = OperatorRules(
    "Range",
    infer: { context in
      guard let start = context.shapeDataInput(0)?.first, let limit = context.shapeDataInput(1)?.first,
        let delta = context.shapeDataInput(2)?.first
      else { return context.set(shape: Shape([context.fractionalCount() ?? .unknown])) }
      if delta.constant == 0 {
        context.report("invalid-attribute", "`delta` is 0: the range never ends", at: .input(2))
        return context.set(shape: Shape([.unknown]))
      }
      // The runtime subtracts in the type of the numbers, and divides in double precision.
      guard context.isExact(limit - start, as: context.element(0)) else {
        return context.set(shape: Shape([.unknown]))
      }
      let count = rangeCount(from: start, to: limit, by: delta)
      guard let length = count.constant, length <= ShapeData.limit else {
        return context.set(shape: Shape([count]))
      }
      let elements = (0..<length).map { start + delta * Dimension($0) }
      context.set(shape: Shape([count]), elements: elements)
    },
    cost: { $0.elementwise(1) })

  private static func rangeCount(from start: Dimension, to limit: Dimension, by delta: Dimension) -> Dimension {
    if let step = delta.constant, step < 0 {
      guard step != Int.min else { return .unknown }
      return Dimension.maximum(IntegerArithmetic.ceiling(start - limit, Dimension(-step)), 0)
    }
    guard delta.isProvablyAtLeast(1) else { return .unknown }
    return Dimension.maximum(IntegerArithmetic.ceiling(limit - start, delta), 0)
  }
}

extension InferenceContext {
  /// The number of elements of a range of stored fractions.
  fileprivate func fractionalCount() -> Dimension? {
    let bounds = (0..<3).compactMap { input($0)?.constant?.fractions(limit: 1)?.first }
    guard bounds.count == 3, bounds[2] != 0 else { return nil }
    let count = ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up)
    return count.isFinite ? Int(exactly: Swift.max(count, 0)).map { Dimension($0) } : nil
  }
}
