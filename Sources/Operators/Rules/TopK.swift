import Tensors

extension OperatorRules {
  /// The `K` greatest or least elements along `axis`, and where they stand: counted as one comparison per element.
  package static let topK = OperatorRules(
    "TopK",
    infer: { context in
      context.set(1, element: .i64)
      guard var shape = context.shape(0),
        let axis = context.normalized(axis: context.int("axis") ?? -1, rank: shape.rank, at: .attribute("axis"))
      else { return }
      let count = context.shapeData(1)?.first ?? context.int("k").map { Dimension($0) } ?? .unknown
      let size = shape.dimensions[axis]
      if count.isProvablyAtLeast(size + 1) {
        context.report("shape-mismatch", "`K` is \(count), but axis \(axis) is only \(size)", at: .input(1))
      }
      shape.dimensions[axis] = count
      let best = shape.rank == 1 ? context.best(count.constant) : nil
      context.set(0, shape: shape, elements: best?.values)
      context.set(1, shape: shape, elements: best?.places)
    },
    cost: { $0.perInput(1) })
}

extension InferenceContext {
  /// The first `count` elements of a known vector in order, and their places; of equal ones the first comes first.
  fileprivate func best(_ count: Int?) -> (values: [Dimension], places: [Dimension])? {
    guard carriesShapeData(0), let values = constantData(0), let count, (0...values.count).contains(count),
      (int("sorted") ?? 1) != 0
    else { return nil }
    let isLargest = (int("largest") ?? 1) != 0
    let order = values.indices.sorted { left, right in
      let (a, b) = (values[left], values[right])
      return a == b ? left < right : isLargest ? a > b : a < b
    }
    let places = order.prefix(count)
    return (places.map { Dimension(values[$0]) }, places.map { Dimension($0) })
  }
}
