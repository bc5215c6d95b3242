/// Walks the fields of one Protocol Buffers message inside a larger run of bytes.
///
/// It trusts nothing: each length is compared with what the message still holds before it is used, and nothing is
/// allocated. Offsets are those of the outermost bytes, so that an error names a place in the file.
package struct WireReader {
  /// The levels of messages inside messages that are followed; deeper ones are refused.
  ///
  /// A subgraph in a subgraph is three levels more, and its inference takes 5 KiB of the stack or less: the half of what the
  /// threads have that have least.
  package static let maximumDepth = 200

  package let bytes: UnsafeRawBufferPointer
  /// Where the next field starts.
  package private(set) var offset: Int
  private let end: Int
  private let depth: Int

  /// A reader of the message that fills `bytes`, which must outlive it.
  package init(_ bytes: UnsafeRawBufferPointer) {
    self.init(bytes, 0..<bytes.count, depth: 0)
  }

  private init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, depth: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a message outside its bytes")
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
    self.depth = depth
  }

  /// A reader of the message at `range`, one level down.
  package func message(at range: Range<Int>) throws(WireError) -> WireReader {
    guard depth < Self.maximumDepth else { throw WireError(offset: range.lowerBound, .tooDeep) }
    return WireReader(bytes, range, depth: depth + 1)
  }

  /// The next field; `nil` at the end of the message.
  package mutating func next() throws(WireError) -> WireField? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try varint()
    guard let number = Int(exactly: tag >> 3), (1...WireField.maximumNumber).contains(number) else {
      throw WireError(offset: start, .invalidTag(tag))
    }
    let payload: WireField.Payload
    switch tag & 7 {
    case 0: payload = .varint(try varint())
    case 1: payload = .fixed64(try fixed(UInt64.self))
    case 2: payload = .bytes(try lengthDelimited())
    case 3, 4: throw WireError(offset: start, .group)
    case 5: payload = .fixed32(try fixed(UInt32.self))
    default: throw WireError(offset: start, .invalidTag(tag))
    }
    return WireField(number: number, payload: payload, range: start..<offset)
  }

  /// Calls `body` with each number of the packed run at `range`.
  package func forEachVarint(
    at range: Range<Int>, _ body: (UInt64) throws(WireError) -> Void
  ) throws(WireError) {
    var run = WireReader(bytes, range, depth: depth)
    while run.offset < run.end { try body(try run.varint()) }
  }

  private mutating func varint() throws(WireError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < end else { throw WireError(offset: start, .truncated) }
      let byte = bytes[offset]
      offset += 1
      // The tenth byte has room for the last of 64 bits only.
      guard shift < 63 || byte <= 1 else { throw WireError(offset: start, .varintTooLong) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  private mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type
  ) throws(WireError) -> Number {
    let size = MemoryLayout<Number>.size
    guard end - offset >= size else { throw WireError(offset: offset, .truncated) }
    defer { offset += size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  private mutating func lengthDelimited() throws(WireError) -> Range<Int> {
    let start = offset
    let claimed = try varint()
    guard let length = Int(exactly: claimed), length <= end - offset else {
      throw WireError(offset: start, .lengthBeyondMessage(claimed, available: end - offset))
    }
    defer { offset += length }
    return offset..<(offset + length)
  }
}
