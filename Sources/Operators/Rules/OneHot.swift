import Tensors

extension OperatorRules {
  /// A new axis of size `depth` at `axis`, the last by default, with one element of the other value.
  package static let oneHot = movement("OneHot") { context in
    guard let indices = context.shape(0),
      let axis = context.normalized(axis: context.int("axis") ?? -1, rank: indices.rank + 1, at: .attribute("axis"))
    else { return }
    let stored = context.input(1)?.constant?.fractions(limit: 1)?.first.flatMap {
      Int(exactly: $0.rounded(.towardZero))
    }
    let depth = context.shapeDataInput(1)?.first ?? stored.map { Dimension($0) } ?? .unknown
    var result = indices.dimensions
    result.insert(depth, at: axis)
    context.set(shape: Shape(result), elements: indices.rank == 0 ? context.oneHot(depth: depth) : nil)
  }
}

extension InferenceContext {
  /// The vector of a single index; an index out of range is nowhere.
  fileprivate func oneHot(depth: Dimension) -> [Dimension]? {
    guard let size = depth.constant, (0...ShapeData.limit).contains(size), let index = constantData(0)?.first,
      let values = shapeDataInput(2), values.count == 2
    else { return nil }
    let place = index < 0 ? index &+ size : index
    return (0..<size).map { values[$0 == place ? 1 : 0] }
  }
}
