/// The type of one element of a tensor.
///
/// Raw values are the numbers of `TensorProto.DataType` in onnx.proto.
package enum ElementType: UInt8, CaseIterable, Sendable {
  case f32 = 1
  case u8 = 2
  case i8 = 3
  case u16 = 4
  case i16 = 5
  case i32 = 6
  case i64 = 7
  case string = 8
  case bool = 9
  case f16 = 10
  case f64 = 11
  case u32 = 12
  case u64 = 13
  case c64 = 14
  case c128 = 15
  case bf16 = 16
  case f8e4m3fn = 17
  case f8e4m3fnuz = 18
  case f8e5m2 = 19
  case f8e5m2fnuz = 20
  case u4 = 21
  case i4 = 22
  case f4e2m1 = 23
  case f8e8m0 = 24
  case u2 = 25
  case i2 = 26
  case f6e2m3 = 27
  case f6e3m2 = 28

  /// The element type that Mica text writes as `spelling`, such as `f32`.
  package init?(spelling: String) {
    guard let type = Self.bySpelling[spelling] else { return nil }
    self = type
  }

  /// The type's name in Mica text, such as `f32`.
  package var spelling: String { String(describing: self) }

  private static let bySpelling = Dictionary(uniqueKeysWithValues: allCases.map { ($0.spelling, $0) })

  /// The width of one element in bits; `nil` for strings, whose elements differ in length.
  package var bitWidth: Int? {
    switch self {
    case .string: nil
    case .u2, .i2: 2
    case .u4, .i4, .f4e2m1: 4
    case .f6e2m3, .f6e3m2: 6
    case .u8, .i8, .bool, .f8e4m3fn, .f8e4m3fnuz, .f8e5m2, .f8e5m2fnuz, .f8e8m0: 8
    case .u16, .i16, .f16, .bf16: 16
    case .f32, .i32, .u32: 32
    case .f64, .i64, .u64, .c64: 64
    case .c128: 128
    }
  }

  /// True for the types that hold fractions, complex ones apart.
  package var isFloatingPoint: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16, .f8e4m3fn, .f8e4m3fnuz, .f8e5m2, .f8e5m2fnuz, .f8e8m0, .f6e2m3, .f6e3m2, .f4e2m1:
      true
    default: false
    }
  }

  /// True for signed and unsigned integers of any width; `bool` is none.
  package var isInteger: Bool {
    switch self {
    case .i64, .i32, .i16, .i8, .i4, .i2, .u64, .u32, .u16, .u8, .u4, .u2: true
    default: false
    }
  }

  /// The bytes that `count` elements take, packed as ONNX packs them; `nil` for strings and on overflow.
  package func byteCount(of count: Int) -> Int? {
    guard let bitWidth, count >= 0 else { return nil }
    let (bits, overflow) = count.multipliedReportingOverflow(by: bitWidth)
    return overflow || bits > Int.max - 7 ? nil : (bits + 7) / 8
  }
}
