extension UnsafeBufferPointer<UInt8> {
  /// Where the letters, digits and underscores end that stand from a position on.
  ///
  /// Eight bytes are looked at together: names are about as long, and where one ends is no question for each of its bytes.
  @inline(__always)
  func endOfName(from start: Int) -> Int {
    var end = start
    if let base = UnsafeRawPointer(baseAddress) {
      while end + 8 <= count {
        let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: end, as: UInt64.self))
        let others = word.bytesOutsideNames
        if others != 0 { return end + others.trailingZeroBitCount / 8 }
        end += 8
      }
    }
    while end < count, self[end].isNamePart { end += 1 }
    return end
  }
}

extension UInt64 {
  /// The highest bit of each byte that is no part of a name; no other bit.
  ///
  /// Seven bits of a byte and a number below 128 make a sum whose highest bit tells which of the two bounds is passed, and
  /// no sum reaches into the next byte.
  fileprivate var bytesOutsideNames: UInt64 {
    let ascii = self & Self.each(0x7F)
    let lowercase = ascii | Self.each(0x20)
    let letters = lowercase.reaching(UInt8(ascii: "a")) & ~lowercase.reaching(UInt8(ascii: "z") + 1)
    let digits = ascii.reaching(UInt8(ascii: "0")) & ~ascii.reaching(UInt8(ascii: "9") + 1)
    let underscores = ~(ascii ^ Self.each(UInt8(ascii: "_"))).reaching(1)
    return (self | ~(letters | digits | underscores)) & Self.each(0x80)
  }

  /// The highest bit of each byte, all below 128, that is so great.
  private func reaching(_ bound: UInt8) -> UInt64 { self &+ Self.each(0x80 - bound) }

  private static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
