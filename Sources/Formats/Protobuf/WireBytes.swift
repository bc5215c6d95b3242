/// A small Protocol Buffers message that is put together in memory, its nested messages first.
struct WireBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ field: some WireFieldNumber, _ value: Int64) {
    append(varint: UInt64(field.rawValue) << 3)
    append(varint: UInt64(bitPattern: value))
  }

  /// A string, bytes, or a message.
  mutating func append(_ field: some WireFieldNumber, _ value: [UInt8]) {
    append(varint: UInt64(field.rawValue) << 3 | 2)
    append(varint: UInt64(value.count))
    bytes += value
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
