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
    context.set(shape: Shape(result))
  }
}
