package import Tensors

/// Which elements of a tensor share a scale and a zero point.
package enum Granularity: Hashable, Sendable {
  case tensor
  case channel(axis: Int)
  /// Runs of `size` elements along an axis; the last may be shorter.
  case blocks(axis: Int, size: Int)
}

/// How the range that codes stand for is chosen.
package enum RangeMethod: Hashable, Sendable {
  /// From the least element to the greatest.
  case minMax
  /// From μ − kσ to μ + kσ, but no further than the elements go; what is beyond is clipped.
  case sigma(Double)
  /// From the least element to the greatest, with zero points that are no integers, fitted to the errors (HQQ).
  case hqq
}

/// How a tensor is stored in fewer bits: x ≈ scale · (code − zero point).
package struct WeightEncoding: Hashable, Sendable {
  package var element: ElementType
  package var granularity: Granularity
  /// Whether the zero point is fixed in the middle of the codes.
  package var isSymmetric: Bool
  package var method: RangeMethod

  package init(
    _ element: ElementType, _ granularity: Granularity, isSymmetric: Bool, method: RangeMethod = .minMax
  ) {
    self.element = element
    self.granularity = granularity
    self.isSymmetric = isSymmetric
    self.method = method
  }

  /// The integers of the codes; `nil` for floating-point codes.
  package var codes: CodeRange? { CodeRange(element, isSymmetric: isSymmetric) }

  /// How many scales a tensor of `sizes` has; `nil` where its axis is none of the tensor's.
  package func scaleSizes(of sizes: [Int]) -> [Int]? {
    switch granularity {
    case .tensor: return []
    case .channel(let axis): return sizes.indices.contains(axis) ? [sizes[axis]] : nil
    case .blocks(let axis, let size):
      guard sizes.indices.contains(axis), size > 0 else { return nil }
      var blocks = sizes
      blocks[axis] = (sizes[axis] + size - 1) / size
      return blocks
    }
  }

  /// The bytes of the codes, scales and zero points of a tensor of `sizes`; `nil` where it cannot have them.
  ///
  /// - Parameter scale: the type of the scales.
  package func byteCount(of sizes: [Int], scale: ElementType = .f32) -> Int? {
    guard let scales = scaleSizes(of: sizes), let codes = element.byteCount(of: sizes.reduce(1, *)),
      let scaleBytes = scale.byteCount(of: scales.reduce(1, *)),
      let zeroBytes = element.byteCount(of: scales.reduce(1, *))
    else { return nil }
    return codes + scaleBytes + zeroBytes
  }
}

extension WeightEncoding: CustomStringConvertible {
  /// The encoding in a few words: `int8 per channel`.
  package var description: String {
    let name = element.isInteger ? element.longName : element.spelling
    switch granularity {
    case .tensor: return name
    case .channel: return "\(name) per channel"
    case .blocks(_, let size): return "\(name) in blocks of \(size)"
    }
  }
}

extension ElementType {
  /// The name of a type as tools for quantization give it: `int8` for `i8`.
  package var longName: String {
    switch self {
    case .u2, .u4, .u8, .u16, .u32, .u64: "uint" + spelling.dropFirst()
    case .i2, .i4, .i8, .i16, .i32, .i64: "int" + spelling.dropFirst()
    default: spelling
    }
  }

  /// The type that `name` calls so, either `int8` or `i8`.
  package init?(longOrShort name: String) {
    if let type = ElementType(spelling: name) {
      self = type
    } else if let type = Self.allCases.first(where: { $0.longName == name }) {
      self = type
    } else {
      return nil
    }
  }
}
