/// A tensor whose numbers stay where they are (a file, a byte range and an element type) until someone needs them.
package struct Tensor: Sendable {
  package var element: ElementType
  /// The sizes, outermost first; empty for a scalar.
  package var sizes: [Int]
  package var storage: TensorStorage

  package init(_ element: ElementType, _ sizes: [Int], _ storage: TensorStorage) {
    self.element = element
    self.sizes = sizes
    self.storage = storage
  }

  /// The number of elements.
  ///
  /// - Precondition: the product fits an `Int`; readers reject files where it does not.
  package var elementCount: Int { sizes.reduce(1, *) }

  /// The type of a value that is this tensor.
  package var type: ValueType { .tensor(TensorType(element, sizes.map { Dimension($0) })) }
}

/// Where the elements of a tensor are.
///
/// Bytes are little-endian, row-major and packed as `TensorProto.raw_data` packs them.
package enum TensorStorage: Sendable {
  /// A range of a file under a memory map.
  case mapped(MappedFile, Range<Int>)
  case bytes([UInt8])
  case strings([[UInt8]])
  /// Values that an initialiser yields when they are asked for: the same seed gives the same values.
  case generated(Initialization, seed: UInt64)
  /// Values that are computed, from those of other tensors in general, whenever they are asked for.
  case computed(any ElementSource)
}

extension Tensor {
  /// Whether the elements are random numbers, since nobody says them.
  package var isDrawn: Bool {
    switch storage {
    case .generated(.normal, _), .generated(.uniform, _): true
    default: false
    }
  }
}

/// How a parameter without a weights file gets its values.
package enum Initialization: Hashable, Sendable {
  case zeros
  case ones
  case constant(Double)
  /// The normal distribution with mean 0.
  case normal(std: Double)
  /// The uniform distribution on [−bound, bound).
  case uniform(bound: Double)
}
