package import Tensors

/// The elements of small stored tensors.
extension Tensor {
  /// The elements of an integer or boolean tensor.
  ///
  /// `nil` for other types, for more than `limit` elements, and for a `u64` that no `Int` holds.
  package func integers(limit: Int) -> [Int]? {
    guard element.isInteger || element == .bool, let width = element.bitWidth, let words = words(limit: limit)
    else { return nil }
    let isSigned = [.i64, .i32, .i16, .i8, .i4, .i2].contains(element)
    var result: [Int] = []
    for word in words {
      if isSigned {
        result.append(Int(truncatingIfNeeded: Int64(bitPattern: word << UInt64(64 - width)) >> Int64(64 - width)))
      } else {
        guard let value = Int(exactly: word) else { return nil }
        result.append(value)
      }
    }
    return result
  }

  /// The elements of an `f64`, `f32`, `f16` or `bf16` tensor; `nil` for other types and for more than `limit`.
  package func fractions(limit: Int) -> [Double]? {
    let value: (UInt64) -> Double
    switch element {
    case .f64: value = { Double(bitPattern: $0) }
    case .f32: value = { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }
    case .f16: value = { Double(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
    case .bf16: value = { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16)) }
    default: return nil
    }
    return words(limit: limit).map { $0.map(value) }
  }

  /// The elements as bits, where there are at most `limit` and bytes for all of them.
  func words(limit: Int) -> [UInt64]? {
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0, product <= limit else { return nil }
      count = product
    }
    guard let width = element.bitWidth, width <= 64, let wanted = element.byteCount(of: count), let byteCount,
      byteCount >= wanted
    else { return nil }
    var bytes: [UInt8] = []
    forEachChunk { if bytes.count < wanted { bytes.append(contentsOf: $0.prefix(wanted - bytes.count)) } }
    return (0..<count).map { Self.word(bytes, bit: $0 * width, width: width) }
  }

  /// `width` bits from bit `bit` on, little-endian.
  private static func word(_ bytes: [UInt8], bit: Int, width: Int) -> UInt64 {
    if width < 8 { return UInt64(bytes[bit / 8] >> UInt8(bit % 8)) & ((1 << UInt64(width)) - 1) }
    return (0..<(width / 8)).reduce(0) { $0 | UInt64(bytes[bit / 8 + $1]) << UInt64(8 * $1) }
  }
}

/// Small tensors to store.
extension Tensor {
  /// A vector of 64-bit integers, or a scalar where `sizes` is empty.
  package static func int64(_ values: [Int64], sizes: [Int]? = nil) -> Tensor {
    i64(values.map { Int($0) }, sizes: sizes)
  }

  /// Numbers in a floating-point element type, rounded to the nearest; `nil` for other types.
  package static func floats(_ values: [Double], as element: ElementType, sizes: [Int]) -> Tensor? {
    element.isFloatingPoint ? numbers(element, values, sizes: sizes) : nil
  }
}
