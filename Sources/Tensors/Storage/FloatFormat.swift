import Glibc

/// A floating-point format of at most 16 bits, described by its fields.
///
/// The 8-bit formats are those of "FP8 Formats for Deep Learning" (`fn`) and "8-bit Numerical Formats for Deep Neural
/// Networks" (`fnuz`); `f6e2m3`, `f6e3m2` and `f4e2m1` are elements of OCP Microscaling Formats 1.0, sections 5.3.2 and 5.3.3.
struct FloatFormat {
  enum NaN {
    /// All exponent bits set and a fraction other than 0; fraction 0 is infinity.
    case ieee
    /// All exponent and fraction bits set; no infinity.
    case allOnes
    /// The pattern that would be −0; no infinity and no −0.
    case negativeZero
    case none
  }

  let width: Int
  let fractionBits: Int
  let bias: Int
  let nan: NaN

  /// The sign bit.
  var sign: UInt64 { 1 << UInt64(width - 1) }

  /// The pattern of the largest finite value.
  var largest: UInt64 {
    switch nan {
    case .ieee: infinity - 1
    case .allOnes: sign - 2
    case .negativeZero, .none: sign - 1
    }
  }

  /// The pattern with all exponent bits set and fraction 0: infinity in `ieee` formats.
  private var infinity: UInt64 { sign - (1 << UInt64(fractionBits)) }

  /// The pattern nearest to `value`, ties to even; `nil` beyond the largest value and for what the format lacks.
  func bits(rounding value: Double) -> UInt64? {
    if value.isNaN { return nanBits }
    let negative = value.sign == .minus ? sign : 0
    if value.isInfinite { return nan == .ieee ? infinity | negative : nil }
    let magnitude = magnitudeBits(value.magnitude)
    guard magnitude <= largest else { return nil }
    return magnitude == 0 && nan == .negativeZero ? 0 : magnitude | negative
  }

  /// As `bits(rounding:)`, with finite values kept within the largest one.
  func bits(saturating value: Double) -> UInt64 {
    if let bits = bits(rounding: value) { return bits }
    return value.isNaN ? 0 : value < 0 ? largest | sign : largest
  }

  private var nanBits: UInt64? {
    switch nan {
    case .ieee: infinity | 1 << UInt64(fractionBits - 1)
    case .allOnes: sign - 1
    case .negativeZero: sign
    case .none: nil
    }
  }

  /// The pattern of a finite value that is not negative, above `largest` where it overflows.
  private func magnitudeBits(_ value: Double) -> UInt64 {
    if value == 0 { return 0 }
    let leastExponent = 1 - bias
    let exponent = max(Int(value.exponent), leastExponent)
    // No such format reaches 2^1000; the scaling below stays exact.
    guard exponent < 1000 else { return .max }
    let scaled = scalbn(value, Int32(fractionBits - exponent)).rounded(.toNearestOrEven)
    // A significand that rounds up to the next power of two carries into the exponent by itself.
    return UInt64(exponent - leastExponent) << UInt64(fractionBits) + UInt64(scaled)
  }

  /// The value of a pattern, exact.
  func value(of bits: UInt64) -> Double {
    let magnitude = bits & (sign - 1)
    let isNegative = bits & sign != 0
    switch nan {
    case .ieee where magnitude > infinity: return .nan
    case .ieee where magnitude == infinity: return isNegative ? -.infinity : .infinity
    case .allOnes where magnitude == sign - 1: return .nan
    case .negativeZero where bits == sign: return .nan
    default: break
    }
    let field = Int(magnitude >> UInt64(fractionBits))
    let fraction = magnitude & (1 << UInt64(fractionBits) - 1)
    let significand = field == 0 ? fraction : fraction | 1 << UInt64(fractionBits)
    let value = scalbn(Double(significand), Int32(max(field, 1) - bias - fractionBits))
    return isNegative ? -value : value
  }
}

extension ElementType {
  /// The fields of the floating-point types narrower than 32 bits that have a sign.
  var floatFormat: FloatFormat? {
    switch self {
    case .f16: FloatFormat(width: 16, fractionBits: 10, bias: 15, nan: .ieee)
    case .bf16: FloatFormat(width: 16, fractionBits: 7, bias: 127, nan: .ieee)
    case .f8e4m3fn: FloatFormat(width: 8, fractionBits: 3, bias: 7, nan: .allOnes)
    case .f8e4m3fnuz: FloatFormat(width: 8, fractionBits: 3, bias: 8, nan: .negativeZero)
    case .f8e5m2: FloatFormat(width: 8, fractionBits: 2, bias: 15, nan: .ieee)
    case .f8e5m2fnuz: FloatFormat(width: 8, fractionBits: 2, bias: 16, nan: .negativeZero)
    case .f6e2m3: FloatFormat(width: 6, fractionBits: 3, bias: 1, nan: .none)
    case .f6e3m2: FloatFormat(width: 6, fractionBits: 2, bias: 3, nan: .none)
    case .f4e2m1: FloatFormat(width: 4, fractionBits: 1, bias: 1, nan: .none)
    default: nil
    }
  }
}
