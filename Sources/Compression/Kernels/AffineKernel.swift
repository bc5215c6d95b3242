/// The codes of 16 numbers at a time: clip(round(x / scale) + zero point), ties to even.
///
/// Adding 1.5 · 2²³ leaves the rounded number in the low bits of the sum. The quotient is kept within the codes first,
/// which changes nothing, since the bounds are integers.
struct AffineKernel {
  typealias Floats = SIMD16<Float>
  typealias Integers = SIMD16<Int32>

  private static let magic = Float(12_582_912)
  private static let magicBits: Int32 = 0x4B40_0000

  let codes: CodeRange

  @inline(__always)
  func codes(_ numbers: Floats, scale: Floats, zero: Integers, low: Floats, high: Floats) -> Integers {
    var quotient = numbers / scale
    quotient.replace(with: low, where: quotient .< low)
    quotient.replace(with: high, where: quotient .> high)
    let sum = quotient + Floats(repeating: Self.magic)
    return unsafeBitCast(sum, to: Integers.self) &- Integers(repeating: Self.magicBits) &+ zero
  }

  /// One code, by the same steps.
  @inline(__always)
  func code(_ number: Float, _ scale: Float, _ zero: Int32) -> Int32 {
    let low = Float(codes.least &- zero)
    let high = Float(codes.greatest &- zero)
    var quotient = number / scale
    if quotient < low { quotient = low }
    if quotient > high { quotient = high }
    return Int32(bitPattern: (quotient + Self.magic).bitPattern) &- Self.magicBits &+ zero
  }

  /// Passes the codes of a segment to `store`, 16 at a time, and then one at a time to `storeOne`.
  ///
  /// - Parameters:
  ///   - count: how many numbers there are at `numbers`.
  ///   - scales: the scale, or one for each number.
  ///   - zeros: the zero point, or one for each number.
  @inline(__always)
  func forEach(
    _ numbers: UnsafeRawPointer, count: Int, scales: UnsafePointer<Float>, zeros: UnsafePointer<Int32>,
    isVector: Bool, _ store: (Int, Floats, Integers, Floats, Integers) -> Void,
    _ storeOne: (Int, Float, Int32, Float, Int32) -> Void
  ) {
    let wide = count & ~15
    var place = 0
    if isVector {
      let least = Integers(repeating: codes.least)
      let greatest = Integers(repeating: codes.greatest)
      while place < wide {
        let scale = UnsafeRawPointer(scales + place).loadUnaligned(as: Floats.self)
        let zero = UnsafeRawPointer(zeros + place).loadUnaligned(as: Integers.self)
        let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Floats.self)
        let low = Floats(least &- zero)
        let high = Floats(greatest &- zero)
        store(place, x, codes(x, scale: scale, zero: zero, low: low, high: high), scale, zero)
        place += 16
      }
    } else {
      let scale = Floats(repeating: scales[0])
      let zero = Integers(repeating: zeros[0])
      let low = Floats(repeating: Float(codes.least &- zeros[0]))
      let high = Floats(repeating: Float(codes.greatest &- zeros[0]))
      while place < wide {
        let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Floats.self)
        store(place, x, codes(x, scale: scale, zero: zero, low: low, high: high), scale, zero)
        place += 16
      }
    }
    while place < count {
      let parameter = isVector ? place : 0
      let x = numbers.loadUnaligned(fromByteOffset: place * 4, as: Float.self)
      let (scale, zero) = (scales[parameter], zeros[parameter])
      storeOne(place, x, code(x, scale, zero), scale, zero)
      place += 1
    }
  }
}
