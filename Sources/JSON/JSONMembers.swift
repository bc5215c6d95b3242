/// The members of an object in a text, one after another, so that no more than one of them is in memory as values.
///
/// Where one ends is found by its brackets and quotes; each is as sound as `JSONValue(parsing:)` finds it. Keys that are there
/// twice are for the caller to find.
package struct JSONMembers {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var isFirst = true

  /// - Parameter bytes: the object, with nothing but white space around it; they must outlive this.
  package init(of bytes: UnsafeRawBufferPointer) throws(JSONError) {
    self.bytes = bytes
    try JSONScanner.checkUTF8(bytes)
    skipBlanks()
    try take("{")
  }

  /// The next member's key, where it stands, and where its value does; `nil` at the end of the object, which must be that of
  /// the text.
  ///
  /// - Complexity: O(the member's length)
  package mutating func next() throws(JSONError) -> (key: String, place: Int, value: Range<Int>)? {
    skipBlanks()
    if peek == UInt8(ascii: "}") {
      position += 1
      skipBlanks()
      guard position == bytes.count else { throw JSONError(.unexpectedByte(bytes[position]), at: position) }
      return nil
    }
    if !isFirst {
      try take(",")
      skipBlanks()
    }
    isFirst = false
    let place = position
    guard peek == UInt8(ascii: "\"") else { throw unexpected }
    try skipString()
    let key = try Self.value(of: bytes, place..<position).stringValue ?? ""
    guard !key.utf8.contains(0) else { throw JSONError(.nullCharacterInKey, at: place) }
    skipBlanks()
    try take(":")
    skipBlanks()
    let start = position
    try skipValue()
    return (key, place, start..<position)
  }

  /// The value of a range of the text; offsets of errors are the text's.
  package static func value(of bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(JSONError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: bytes[range]))
    } catch {
      throw JSONError(error.reason, at: range.lowerBound + error.offset)
    }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private var unexpected: JSONError {
    peek.map { JSONError(.unexpectedByte($0), at: position) } ?? JSONError(.unexpectedEnd, at: bytes.count)
  }

  private mutating func take(_ scalar: Unicode.Scalar) throws(JSONError) {
    guard peek == UInt8(ascii: scalar) else { throw unexpected }
    position += 1
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func skipString() throws(JSONError) {
    position += 1
    while let byte = peek {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { return }
    }
    throw JSONError(.unexpectedEnd, at: bytes.count)
  }

  private mutating func skipValue() throws(JSONError) {
    var depth = 0
    let start = position
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let limit = JSONScanner.depthLimit
        guard depth < limit else { throw JSONError(.tooDeep(limit: limit), at: position) }
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        position += 1
      case UInt8(ascii: ",") where depth == 0:
        guard position > start else { throw unexpected }
        return
      default: position += 1
      }
      if depth == 0, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "\"") { return }
    }
    throw JSONError(.unexpectedEnd, at: bytes.count)
  }
}
