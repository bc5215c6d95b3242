import Tensors

/// The shape of `numpy.matmul`: vectors gain an axis that the result loses; leading axes broadcast.
extension InferenceContext {
  mutating func matrixProduct(_ left: Shape, _ right: Shape) -> Shape? {
    guard requireRank(1...Int.max, of: left, "the left matrix", at: .input(0)),
      requireRank(1...Int.max, of: right, "the right matrix", at: .input(1))
    else { return nil }
    let a = left.rank == 1 ? [1] + left.dimensions : left.dimensions
    let b = right.rank == 1 ? right.dimensions + [1] : right.dimensions
    let (inner, other) = (a[a.count - 1], b[b.count - 2])
    _ = agree(
      inner, other, "\(left) and \(right) do not multiply: the left has \(inner) columns, the right \(other) rows")
    var result =
      switch (a.count, b.count) {
      case (_, 2): Array(a[..<(a.count - 2)])
      case (2, _): Array(b[..<(b.count - 2)])
      default: broadcast(Shape(Array(a[..<(a.count - 2)])), Shape(Array(b[..<(b.count - 2)]))).dimensions
      }
    if left.rank > 1 { result.append(a[a.count - 2]) }
    if right.rank > 1 { result.append(b[b.count - 1]) }
    return Shape(result)
  }
}
