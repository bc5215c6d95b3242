// Joins: what is known of a value that has one of two types, and nothing says which.

extension Shape {
  /// The sizes that both shapes have; `nil` where their ranks differ.
  package func joined(with other: Shape) -> Shape? {
    guard rank == other.rank else { return nil }
    return Shape(zip(dimensions, other.dimensions).map { $0.isProvablyEqual(to: $1) ? $0 : .unknown })
  }
}

extension TensorType {
  /// What both types say.
  package func joined(with other: TensorType) -> TensorType {
    let joined = shape.flatMap { shape in other.shape.flatMap { shape.joined(with: $0) } }
    return TensorType(element == other.element ? element : nil, joined)
  }
}

extension ValueType {
  /// What both types say; nothing where they are of different kinds.
  package func joined(with other: ValueType) -> ValueType {
    switch (self, other) {
    case (.tensor(let left), .tensor(let right)): .tensor(left.joined(with: right))
    case (.sparseTensor(let left), .sparseTensor(let right)): .sparseTensor(left.joined(with: right))
    case (.sequence(let left), .sequence(let right)): .sequence(left.joined(with: right))
    case (.optional(let left), .optional(let right)): .optional(left.joined(with: right))
    case (.map(let key, let left), .map(let other, let right)) where key == other:
      .map(key: key, value: left.joined(with: right))
    default: .unknown
    }
  }
}
