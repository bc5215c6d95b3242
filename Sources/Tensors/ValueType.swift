/// The sizes of a tensor of known rank, outermost first.
package struct Shape: Hashable, Sendable {
  package var dimensions: [Dimension]

  package init(_ dimensions: [Dimension]) {
    self.dimensions = dimensions
  }

  package var rank: Int { dimensions.count }

  /// The number of elements: the product of the sizes, 1 for a scalar.
  package var elementCount: Dimension {
    dimensions.reduce(1) { $0 * $1 }
  }

  /// The sizes as integers, where all of them are constant.
  package var constants: [Int]? {
    var sizes: [Int] = []
    for dimension in dimensions {
      guard let size = dimension.constant else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}

/// What is known of a tensor: `nil` stands for an element type or a rank that is unknown.
package struct TensorType: Hashable, Sendable {
  package var element: ElementType?
  package var shape: Shape?

  package init(_ element: ElementType?, _ shape: Shape?) {
    self.element = element
    self.shape = shape
  }

  package init(_ element: ElementType?, _ dimensions: [Dimension]) {
    self.init(element, Shape(dimensions))
  }
}

/// The type of a value in a graph.
package enum ValueType: Hashable, Sendable {
  case tensor(TensorType)
  case sparseTensor(TensorType)
  indirect case sequence(ValueType)
  indirect case optional(ValueType)
  indirect case map(key: ElementType, value: ValueType)
  case unknown

  /// The type as a (dense) tensor's, if it is one.
  package var tensor: TensorType? {
    if case .tensor(let type) = self { type } else { nil }
  }

  package var element: ElementType? { tensor?.element }
  package var shape: Shape? { tensor?.shape }
}

extension Shape: CustomStringConvertible {
  /// The shape as Mica text, such as `[N, 3, H/2, W]`.
  package var description: String {
    "[" + dimensions.map(\.description).joined(separator: ", ") + "]"
  }
}

extension TensorType: CustomStringConvertible {
  /// The type as Mica text, such as `f32[N, 64]`; an unknown rank is `[...]`, an unknown element type `?`.
  package var description: String {
    (element?.spelling ?? "?") + (shape?.description ?? "[...]")
  }
}

extension ValueType: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tensor(let type): type.description
    case .sparseTensor(let type): "sparse \(type)"
    case .sequence(let element): "seq<\(element)>"
    case .optional(let element): "optional<\(element)>"
    case .map(let key, let value): "map<\(key.spelling), \(value)>"
    case .unknown: "?"
    }
  }
}
