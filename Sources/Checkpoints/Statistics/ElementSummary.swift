import Tensors

/// The statistics of a run of elements that are together in memory.
///
/// Blocks of 4,096 elements are summed up relative to their first element, so that a small spread about a large mean keeps its
/// digits, in single precision where that is safe; blocks with anything else in them go element by element.
enum ElementSummary {
  private static let blockCount = 4096

  /// - Parameter bytes: whole elements, aligned to nothing.
  static func of(_ bytes: UnsafeRawBufferPointer, _ element: ElementType) -> TensorStatistics {
    switch element {
    case .f32: blocks(bytes, Float32Unpacking.self, element)
    case .bf16: blocks(bytes, BFloat16Unpacking.self, element)
    case .f16: blocks(bytes, Float16Unpacking.self, element)
    case .f64: wide(bytes, Float64Number.self, element)
    case .i64: wide(bytes, Integer<Int64>.self, element)
    case .u64: wide(bytes, Integer<UInt64>.self, element)
    case .i32: wide(bytes, Integer<Int32>.self, element)
    case .u32: wide(bytes, Integer<UInt32>.self, element)
    case .i16: wide(bytes, Integer<Int16>.self, element)
    case .u16: wide(bytes, Integer<UInt16>.self, element)
    default: element.bitWidth == 8 ? counted(bytes, element) : single(bytes, element)
    }
  }

  private static func wide<Number: WideNumber>(
    _ bytes: UnsafeRawBufferPointer, _ number: Number.Type, _ element: ElementType
  ) -> TensorStatistics {
    var result = TensorStatistics()
    let step = blockCount * Number.width
    for start in stride(from: 0, to: bytes.count, by: step) {
      let block = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)])
      result.add(WideSummary.of(block, number) ?? single(block, element))
    }
    return result
  }

  /// Elements of one byte, of which there are no more than 256: how many there are of each says all.
  private static func counted(_ bytes: UnsafeRawBufferPointer, _ element: ElementType) -> TensorStatistics {
    // Four tables, so that an element need not wait for an equal one before it.
    var counts = [Int](repeating: 0, count: 4 * 256)
    counts.withUnsafeMutableBufferPointer { counts in
      for (index, byte) in bytes.enumerated() { counts[(index & 3) << 8 | Int(byte)] &+= 1 }
    }
    var result = TensorStatistics()
    for byte in 0..<256 {
      let count = stride(from: byte, to: 4 * 256, by: 256).reduce(0) { $0 + counts[$1] }
      guard count > 0 else { continue }
      var part = withUnsafeBytes(of: UInt8(byte)) { single($0, element) }
      part.count *= count
      part.zeroCount *= count
      part.nanCount *= count
      part.infinityCount *= count
      result.add(part)
    }
    return result
  }

  private static func blocks<Unpacking: FloatUnpacking>(
    _ bytes: UnsafeRawBufferPointer, _ unpacking: Unpacking.Type, _ element: ElementType
  ) -> TensorStatistics {
    var result = TensorStatistics()
    var start = 0
    let step = blockCount * Unpacking.width
    while start < bytes.count {
      let block = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)])
      result.add(
        block.count == step ? LaneSummary.of(block, unpacking) ?? single(block, element) : single(block, element))
      start += step
    }
    return result
  }

  /// Element by element, in double precision, whatever they are.
  static func single(_ bytes: UnsafeRawBufferPointer, _ element: ElementType) -> TensorStatistics {
    let reader = NumberReader(element)
    var result = TensorStatistics()
    result.count = bytes.count * 8 / reader.bitWidth
    var (sum, finite) = (0.0, 0)
    reader.forEach(in: bytes) { value in
      if value.isFinite {
        sum += value
        finite += 1
        result.minimum = min(result.minimum, value)
        result.maximum = max(result.maximum, value)
        if value == 0 { result.zeroCount += 1 }
      } else if value.isNaN {
        result.nanCount += 1
      } else {
        result.infinityCount += 1
      }
    }
    guard finite > 0 else { return result }
    var mean = sum / Double(finite)
    if !mean.isFinite { mean = result.minimum / 2 + result.maximum / 2 }
    result.mean = mean
    reader.forEach(in: bytes) { value in
      if value.isFinite { result.squares += (value - mean) * (value - mean) }
    }
    return result
  }
}
