/// Half-precision numbers (IEEE 754 binary16) out of single-precision ones.
package enum HalfKernel {
  /// The bits of the nearest number, ties to even; infinity from 65,520 on.
  @inline(__always)
  package static func bits(_ single: UInt32) -> UInt16 {
    let sign = single >> 16 & 0x8000
    let magnitude = single & 0x7FFF_FFFF
    if magnitude >= 0x4780_0000 {
      // 65,536 and more, infinity, NaN.
      return UInt16(truncatingIfNeeded: sign | (magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00))
    }
    if magnitude < 0x3880_0000 {
      // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴: adding ½ leaves them in the low bits.
      let sum = Float(bitPattern: magnitude) + 0.5
      return UInt16(truncatingIfNeeded: sign | (sum.bitPattern &- 0x3F00_0000))
    }
    let rounded = magnitude &+ 0xFFF &+ (magnitude >> 13 & 1) &- 0x3800_0000
    return UInt16(truncatingIfNeeded: sign | rounded >> 13)
  }
}
