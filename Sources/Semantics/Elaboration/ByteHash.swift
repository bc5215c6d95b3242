/// A 64-bit hash of words, folded so that its lower bits are as good as its upper ones.
///
/// Each step multiplies by the odd number next to 2⁶⁴ / φ (Knuth, The Art of Computer Programming, volume 3, section 6.4).
struct ByteHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ word: UInt64) {
    value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 32
  }

  /// Adds some bytes, eight at a time where there are so many.
  mutating func combine(_ range: Range<Int>, of source: [UInt8]) { combine(range, of: source.span.bytes) }

  mutating func combine(_ range: Range<Int>, of bytes: RawSpan) {
    var next = range.lowerBound
    while next < range.upperBound {
      combine(bytes.word(next..<min(next + 8, range.upperBound)))
      next += 8
    }
  }
}

extension RawSpan {
  /// Up to eight bytes as a number, the first of them in its lowest bits; 0 stands for those that are missing.
  ///
  /// - Precondition: the bytes exist, and are eight at most.
  @inline(__always)
  func word(_ range: Range<Int>) -> UInt64 {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount && range.count <= 8)
    if range.isEmpty { return 0 }
    if range.lowerBound + 8 <= byteCount {
      let word = unsafeLoadUnaligned(fromUncheckedByteOffset: range.lowerBound, as: UInt64.self)
      return UInt64(littleEndian: word) & (UInt64.max &>> UInt64(8 * (8 - range.count)))
    }
    var word: UInt64 = 0
    for offset in range.reversed() {
      word = word << 8 | UInt64(unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
    }
    return word
  }
}
