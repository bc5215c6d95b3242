/// The 64-bit FNV-1a hash, taken eight bytes at a time where there are so many, and folded so that its lower bits are as
/// good as its upper ones.
struct ByteHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ range: Range<Int>, of source: [UInt8]) { combine(source.span.extracting(range)) }

  mutating func combine(_ bytes: Span<UInt8>) {
    for index in bytes.indices { combine(UInt64(bytes[index])) }
  }

  mutating func combine(_ value: UInt64) { state = (state ^ value) &* 0x0000_0100_0000_01b3 }

  var value: UInt64 { state ^ state >> 32 }
}
