import Tensors
import Testing

@Suite struct TensorConstantsTests {
  private func bytes(_ tensor: Tensor?) -> [UInt8]? {
    guard let tensor else { return nil }
    var bytes: [UInt8] = []
    tensor.forEachChunk { bytes += $0 }
    return bytes
  }

  /// The bytes of the small formats are those that the `ml_dtypes` package writes.
  @Test(
    arguments: [
      (.f64, 0.5, [0, 0, 0, 0, 0, 0, 0xE0, 0x3F]), (.f32, 0.1, [0xCD, 0xCC, 0xCC, 0x3D]),
      (.f32, -.infinity, [0, 0, 0x80, 0xFF]), (.f16, 0.5, [0, 0x38]), (.f16, 0.1, [0x66, 0x2E]),
      (.f16, 65504, [0xFF, 0x7B]), (.f16, 65519.9, [0xFF, 0x7B]), (.f16, 0x1p-24, [1, 0]), (.f16, 0x1p-25, [0, 0]),
      (.f16, -.infinity, [0, 0xFC]), (.bf16, 0.5, [0, 0x3F]), (.bf16, 0.1, [0xCD, 0x3D]), (.bf16, -0.0, [0, 0x80]),
      (.bf16, 1.00390625, [0x80, 0x3F]), (.bf16, 1.01171875, [0x82, 0x3F]), (.bf16, 0x1p-133, [1, 0]),
      (.f8e4m3fn, 448, [0x7E]), (.f8e4m3fn, 464, [0x7E]), (.f8e4m3fn, 0.1, [0x1D]), (.f8e4m3fn, .nan, [0x7F]),
      (.f8e4m3fnuz, 240, [0x7F]), (.f8e4m3fnuz, -0.0, [0]), (.f8e4m3fnuz, .nan, [0x80]),
      (.f8e5m2, 57344, [0x7B]), (.f8e5m2, .infinity, [0x7C]), (.f8e5m2fnuz, 57344, [0x7F]),
      (.f6e2m3, 7.5, [0x1F]), (.f6e2m3, -1.1, [0x29]), (.f6e2m3, 0.0625, [0]), (.f6e2m3, 0.1875, [2]),
      (.f6e3m2, 28, [0x1F]), (.f6e3m2, -0.0, [0x20]), (.f6e3m2, 0.1, [2]), (.f6e3m2, 29.9, [0x1F]),
      (.f4e2m1, 6, [7]), (.f4e2m1, -0.5, [9]), (.f4e2m1, 2.5, [4]), (.f8e8m0, 1, [127]), (.f8e8m0, 0.5, [126]),
      (.i8, -1, [0xFF]), (.u8, 255, [0xFF]), (.i16, -2, [0xFE, 0xFF]), (.u32, 4294967295, [255, 255, 255, 255]),
      (.i64, -9223372036854775808, [0, 0, 0, 0, 0, 0, 0, 0x80]),
      (.u64, 18446744073709549568, [0, 0xF8, 255, 255, 255, 255, 255, 255]),
      (.i4, -8, [8]), (.u4, 15, [15]), (.i2, -2, [2]), (.u2, 3, [3]), (.bool, 1, [1]),
      (.c64, 1, [0, 0, 0x80, 0x3F, 0, 0, 0, 0]),
    ] as [(ElementType, Double, [UInt8])])
  func scalars(type: ElementType, value: Double, expected: [UInt8]) {
    let tensor = Tensor.scalar(type, value)
    #expect(tensor?.sizes == [])
    #expect(bytes(tensor) == expected)
    #expect(bytes(Tensor.filled(type, sizes: [], with: value)) == expected)
  }

  @Test(
    arguments: [
      (.i32, 0.5), (.i8, 128), (.i8, -129), (.u8, -1), (.u8, 256), (.i64, 9223372036854775808), (.i64, .nan),
      (.u64, 18446744073709551616), (.u64, -1), (.i32, .infinity), (.i4, 8), (.u4, 16), (.i2, 2), (.u2, -1),
      (.bool, 2), (.bool, 0.5), (.f32, 1e39), (.f16, 65520), (.bf16, 3.4e38), (.f8e4m3fn, 465), (.f8e4m3fn, .infinity),
      (.f8e4m3fnuz, 248), (.f8e5m2, 61440), (.f4e2m1, 7), (.f4e2m1, .nan), (.f8e8m0, 0), (.f8e8m0, 3), (.f8e8m0, -1),
      (.f6e2m3, 7.8), (.f6e3m2, 30.1), (.f6e2m3, .infinity), (.string, 0),
    ] as [(ElementType, Double)])
  func valuesThatTheTypeLacks(type: ElementType, value: Double) {
    #expect(Tensor.scalar(type, value) == nil)
    #expect(Tensor.filled(type, sizes: [2], with: value) == nil)
  }

  /// Swift's own `Float16` is the oracle for a fifth of its values, the ends of each range, and the midpoints after them.
  @Test func halfPrecisionIsSwifts() {
    var differing: [Double] = []
    for pattern in Array(stride(from: UInt16(0), to: 0x7C00, by: 5)) + [0x3FE, 0x3FF, 0x400, 0x7BFE, 0x7BFF] {
      let value = Double(Float16(bitPattern: pattern))
      let next = pattern == 0x7BFF ? 65536 : Double(Float16(bitPattern: pattern + 1))
      for sample in [value, (value + next) / 2, value + (next - value) * 0.49, -(value + (next - value) * 0.51)] {
        let expected = Float16(sample)
        let bits = expected.isInfinite ? nil : UInt64(expected.bitPattern)
        if ElementType.f16.bits(of: sample) != bits { differing.append(sample) }
      }
    }
    #expect(differing == [])
  }

  /// Each finite pattern of each small format reads as a number that is written as the same pattern.
  @Test(arguments: [ElementType.f16, .bf16, .f8e4m3fn, .f8e4m3fnuz, .f8e5m2, .f8e5m2fnuz, .f8e8m0])
  func patternsRoundTrip(type: ElementType) throws {
    let width = type.bitWidth! / 8
    let count = 1 << type.bitWidth!
    let all = (0..<count).flatMap { pattern in (0..<width).map { UInt8(truncatingIfNeeded: pattern >> ($0 * 8)) } }
    let values = try Tensor(type, [count], .bytes(all)).float32Elements()
    let differing = (0..<count).filter { values[$0].isFinite && type.bits(of: Double(values[$0])) != UInt64($0) }
    #expect(differing == [])
    let finite = [ElementType.f16: 63488, .bf16: 65280, .f8e4m3fn: 254, .f8e5m2: 248]
    #expect(values.count { $0.isFinite } == finite[type] ?? 255)
  }

  @Test func integers() throws {
    #expect(Tensor.i64([3, -1]).sizes == [2])
    #expect(Tensor.i64([]).integerElements == [])
    #expect(Tensor.i64([1, 2, 3, 4], sizes: [2, 2]).sizes == [2, 2])
    #expect(Tensor.i64([9_007_199_254_740_993, .max, .min]).integerElements == [9_007_199_254_740_993, .max, .min])
    #expect(Tensor.integers(.u64, [.max])?.integerElements == [.max])
    #expect(Tensor.integers(.u64, [-1]) == nil)
    #expect(Tensor.integers(.u32, [4_294_967_296]) == nil)
    #expect(Tensor.integers(.i64, [1, 2], sizes: [3]) == nil)
    #expect(Tensor.integers(.i64, [1], sizes: [-1, -1]) == nil)
    #expect(try Tensor.integers(.f16, [2, -3])?.float32Elements() == [2, -3])
    #expect(bytes(Tensor.integers(.i4, [1, -1, 7])) == [0xF1, 0x07])
    #expect(Tensor.integers(.i4, [1, -1, 7])?.integerElements == [1, -1, 7])
    #expect(bytes(Tensor.integers(.u2, [3, 0, 2, 1, 3])) == [0b01_10_00_11, 0b11])
    #expect(Tensor.integers(.i2, [-2, -1, 0, 1, -2])?.integerElements == [-2, -1, 0, 1, -2])
    #expect(try Tensor.numbers(.bf16, [0.5, -2], sizes: [2, 1])?.float32Elements() == [0.5, -2])
    #expect(bytes(Tensor.numbers(.c64, [1, 2])) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0])
  }

  @Test func fillingTakesNoMemoryOfItsSize() throws {
    let large = try #require(Tensor.filled(.f32, sizes: [1 << 40], with: 0.5))
    #expect(large.byteCount == 1 << 42)
    if case .generated = large.storage {} else { Issue.record("the elements are written out") }
    #expect(Tensor.filled(.f32, sizes: [0, 1 << 40], with: 0.5)?.byteCount == 0)
    #expect(Tensor.filled(.f32, sizes: [-1], with: 0) == nil)
    #expect(Tensor.filled(.f32, sizes: [1 << 62, 2], with: 0) == nil)
    #expect(try Tensor.filled(.f32, sizes: [2000], with: 0.5)?.float32Elements() == .init(repeating: 0.5, count: 2000))
    #expect(Tensor.filled(.i4, sizes: [3], with: -1).map { bytes($0) } == [0xFF, 0x0F])
  }

  @Test func elementAccessors() throws {
    #expect(throws: TensorElementsError.elementType(.f32, wanted: "integers")) {
      try Tensor.scalar(.f32, 1)!.int64Elements()
    }
    #expect(throws: TensorElementsError.elementType(.string, wanted: "floats")) {
      try Tensor(.string, [1], .strings([[65]])).float32Elements()
    }
    #expect(throws: TensorElementsError.byteCount(3, expected: 4)) {
      try Tensor(.f32, [1], .bytes([1, 2, 3])).float32Elements()
    }
    #expect(throws: TensorElementsError.noByteForm) {
      try Tensor(.f32, [1 << 62, 8], .bytes([])).float32Elements()
    }
    #expect(throws: TensorElementsError.outOfRange(index: 1)) {
      try Tensor(.u64, [2], .bytes([UInt8](repeating: 0, count: 15) + [0x80])).int64Elements()
    }
    #expect(Tensor(.string, [1], .strings([[65]])).byteCount == nil)
    #expect(Tensor.scalar(.f32, 1)?.integerElements == nil)
    #expect(Tensor.integers(.bool, [1, 0])?.integerElements == [1, 0])
    #expect(try Tensor.numbers(.f64, [0.1])?.float32Elements() == [0.1])
    #expect(try Tensor.integers(.i32, [-7])?.float32Elements() == [-7])
    #expect(Tensor.filled(.i64, sizes: [1024], with: 3)?.integerElements == .init(repeating: 3, count: 1024))
    #expect(Tensor.filled(.i64, sizes: [1025], with: 3)?.integerElements == nil)
    #expect(Tensor.filled(.i64, sizes: [1 << 40], with: 3)?.integerElements == nil)
  }
}
