import Tensors

/// The shape of `numpy.matmul`: vectors gain an axis that the result loses; leading axes broadcast.
extension InferenceContext {
  /// - Parameter places: where the factors stand among the arguments.
  mutating func matrixProduct(_ left: Shape, _ right: Shape, at places: (Int, Int) = (0, 1)) -> Shape? {
    guard requireRank(1...Int.max, of: left, "the left matrix", at: .input(places.0)),
      requireRank(1...Int.max, of: right, "the right matrix", at: .input(places.1))
    else { return nil }
    let a = left.rank == 1 ? [1] + left.dimensions : left.dimensions
    let b = right.rank == 1 ? right.dimensions + [1] : right.dimensions
    let (inner, other) = (a[a.count - 1], b[b.count - 2])
    _ = agree(
      inner, other,
      places: OperatorProblem.SizePlaces(
        left: .axis(input: places.0, left.rank - 1), right: .axis(input: places.1, max(0, right.rank - 2))),
      "\(left) and \(right) do not multiply: the left has \(inner) columns, the right \(other) rows")
    var result =
      switch (a.count, b.count) {
      case (_, 2): Array(a[..<(a.count - 2)])
      case (2, _): Array(b[..<(b.count - 2)])
      default:
        broadcast(Shape(Array(a[..<(a.count - 2)])), Shape(Array(b[..<(b.count - 2)])), at: places).dimensions
      }
    if left.rank > 1 { result.append(a[a.count - 2]) }
    if right.rank > 1 { result.append(b[b.count - 1]) }
    return Shape(result)
  }
}

extension CostContext {
  /// The MACs of the matrix product of two arguments: the inner size for each element of the result.
  func matrixProducts(_ left: Int, _ right: Int) -> Dimension {
    outputCount() * (input(left)?.last ?? input(right).flatMap { $0.dropLast().last ?? $0.last } ?? .unknown)
  }
}

extension PruningContext {
  /// The axes of two matrices and of their product, whose rows are its axis `from`.
  mutating func multiply(
    rows: OperandAxis?, inner: OperandAxis, otherInner: OperandAxis, columns: OperandAxis?, from place: Int = 0
  ) {
    couple(inner, otherInner)
    role(inner, .consumer)
    role(otherInner, .consumer)
    if let rows {
      couple(rows, .output(0, place))
      role(rows, .producer)
    }
    if let columns {
      couple(columns, .output(0, rows == nil ? place : place + 1))
      role(columns, .producer)
    }
  }
}
