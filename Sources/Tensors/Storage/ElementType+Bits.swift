import Glibc

/// Numbers as the bits of one element, in the lowest `bitWidth` bits; of complex types, of one component.
extension ElementType {
  /// The type of the parts of a complex number, every other type itself.
  var componentType: ElementType {
    switch self {
    case .c64: .f32
    case .c128: .f64
    default: self
    }
  }

  var isComplex: Bool { componentType != self }

  /// The bits of `value`, rounded to the nearest where the type holds fractions.
  ///
  /// `nil` where the type cannot stand for it: a fraction in an integer type, a number out of range, an infinity or NaN
  /// that the type lacks, anything but 0 and 1 in `bool`, anything but a power of two in `f8e8m0`, strings.
  package func bits(of value: Double) -> UInt64? {
    switch self {
    case .string: return nil
    case .c64, .c128: return componentType.bits(of: value)
    case .f64: return value.bitPattern
    case .f32:
      let rounded = Float(value)
      return rounded.isInfinite && value.isFinite ? nil : UInt64(rounded.bitPattern)
    case .f8e8m0:
      let bits = bits(saturating: value)
      return value.isNaN || self.value(of: bits) == value ? bits : nil
    case .f16, .bf16, .f8e4m3fn, .f8e4m3fnuz, .f8e5m2, .f8e5m2fnuz, .f6e2m3, .f6e3m2, .f4e2m1:
      return floatFormat?.bits(rounding: value)
    case .bool, .i64, .i32, .i16, .i8, .i4, .i2, .u64, .u32, .u16, .u8, .u4, .u2:
      if let integer = Int(exactly: value) { return bits(of: integer) }
      return self == .u64 ? UInt64(exactly: value) : nil
    }
  }

  /// The bits of an integer, exact in integer types; `nil` where the type cannot stand for it.
  package func bits(of value: Int) -> UInt64? {
    guard let bitWidth, isInteger || self == .bool else { return bits(of: Double(value)) }
    let range =
      switch self {
      case .bool: 0...1
      case .u64: 0...Int.max
      case _ where isSigned: Int.min >> (64 - bitWidth)...Int.max >> (64 - bitWidth)
      default: 0...(1 << bitWidth) - 1
      }
    return range.contains(value) ? UInt64(bitPattern: Int64(value)) & mask : nil
  }

  /// The bits nearest to `value` within the range of the type; NaN is 0 where the type has none.
  ///
  /// - Precondition: the type is not `string`.
  package func bits(saturating value: Double) -> UInt64 {
    if self == .f8e8m0 { return Self.powerOfTwoBits(value) }
    if let format = floatFormat { return format.bits(saturating: value) }
    if let bits = bits(of: isInteger ? value.rounded(.toNearestOrEven) : value) { return bits }
    switch self {
    case .bool: return value > 0 ? 1 : 0
    case .f32, .c64: return UInt64((value < 0 ? -Float.greatestFiniteMagnitude : .greatestFiniteMagnitude).bitPattern)
    case _ where value.isNaN: return 0
    case _ where isSigned: return value < 0 ? (mask >> 1) + 1 : mask >> 1
    default: return value < 0 ? 0 : mask
    }
  }

  /// The number that the bits of one element (or component) stand for; integers beyond 2⁵³ are rounded.
  package func value(of bits: UInt64) -> Double {
    switch self {
    case .f64, .c128: Double(bitPattern: bits)
    case .f32, .c64: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .f8e8m0: bits == 0xFF ? .nan : scalbn(1, Int32(bits) - 127)
    case .u64: Double(bits)
    default: floatFormat?.value(of: bits) ?? integer(of: bits).map(Double.init) ?? .nan
    }
  }

  /// The integer that the bits stand for; `nil` if the type is neither an integer nor `bool`, and above `Int64.max`.
  func integer(of bits: UInt64) -> Int64? {
    switch self {
    case .bool: bits == 0 ? 0 : 1
    case .u64: Int64(exactly: bits)
    case _ where isSigned: Int64(bitPattern: bits << UInt64(64 - bitWidth!)) >> Int64(64 - bitWidth!)
    case _ where isInteger: Int64(bits)
    default: nil
    }
  }

  private var isSigned: Bool {
    switch self {
    case .i64, .i32, .i16, .i8, .i4, .i2: true
    default: false
    }
  }

  /// All bits of one element.
  private var mask: UInt64 { .max >> UInt64(64 - min(bitWidth ?? 64, 64)) }

  /// The nearest power of two in `f8e8m0`, which has 2⁻¹²⁷ … 2¹²⁷ and NaN (OCP Microscaling Formats 1.0, section 5.4.1).
  private static func powerOfTwoBits(_ value: Double) -> UInt64 {
    if value.isNaN { return 0xFF }
    guard value > 0 else { return 0 }
    guard value.isFinite else { return 0xFE }
    let exponent = Int(value.exponent) + (value.significand >= 1.5 ? 1 : 0)
    return UInt64(min(max(exponent, -127), 127) + 127)
  }
}
