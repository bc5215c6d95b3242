import Glibc
import JSON

/// Reads the messages of a client from a descriptor: JSON-RPC behind `Content-Length` headers.
///
/// A frame that is wrong costs no other: no JSON holds the bytes of a header line, so that the next header can be found
/// wherever a frame ends too early, too late or nowhere.
struct MessageReader {
  enum Failure: Error {
    /// The stream ended, in a message or between two.
    case end
    /// A frame without a usable length; it is passed over.
    case malformedHeader(String)
    /// A frame longer than any message may be; it is passed over.
    case tooLong(Int)
    /// A body that is no JSON.
    case malformedBody(String)
  }

  /// No message is longer, in bytes.
  static let maximumLength = 128 << 20
  /// No header line is longer, in bytes.
  private static let maximumLine = 1 << 16

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var chunk = Array(repeating: UInt8(0), count: 1 << 16)
  private var hasEnded = false
  /// How many bytes belong to no message, unless a header begins among them.
  private var passedOver = 0

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// The next message; waits for it.
  mutating func next() -> Result<JSONValue, Failure> {
    guard passOver() else { return .failure(.end) }
    var length: Int?
    var hasFields = false
    while true {
      guard let line = nextLine() else { return hasEnded ? .failure(.end) : malformed("a line of any length") }
      if line.isEmpty {
        if let length { return body(of: length) }
        if hasFields { return malformed("there is no Content-Length") }
        continue
      }
      hasFields = true
      if let field = LengthField(first: buffer[line]) {
        length = field.value
      } else {
        let text = String(decoding: buffer[line], as: UTF8.self)
        guard text.contains(":"), !text.lowercased().hasPrefix(LengthField.name) else { return malformed(text) }
      }
    }
  }

  private mutating func malformed(_ reason: String) -> Result<JSONValue, Failure> {
    passedOver = .max
    return .failure(.malformedHeader(reason))
  }

  private mutating func body(of length: Int) -> Result<JSONValue, Failure> {
    guard length <= Self.maximumLength else {
      passedOver = length
      return .failure(.tooLong(length))
    }
    while buffer.count - start < length {
      guard fill() else { return .failure(.end) }
    }
    let bytes = buffer[start..<start + length]
    start += length
    do {
      return .success(try JSONValue(parsing: bytes))
    } catch {
      // The length was too large, if another message begins inside.
      start -= length
      passedOver = length
      return .failure(.malformedBody("\(error)"))
    }
  }

  /// Passes over what belongs to no message; `false` at the end of the stream.
  private mutating func passOver() -> Bool {
    while passedOver > 0 {
      let known = buffer[start..<start + min(passedOver, buffer.count - start)]
      if let field = LengthField(first: buffer[start...]), field.start < known.endIndex {
        start = field.start
        passedOver = 0
      } else if known.count == passedOver, !LengthField.mayBegin(in: known, of: buffer) {
        start = known.endIndex
        passedOver = 0
      } else {
        // A header may have begun at the end of what is known.
        let passed = max(0, known.count - LengthField.maximumLength)
        start += passed
        if passedOver != .max { passedOver -= passed }
        guard fill() else { return false }
      }
    }
    return true
  }

  /// The next header line without its end; `nil` at the end of the stream, and where the line does not end.
  private mutating func nextLine() -> Range<Int>? {
    var scanned = start
    while true {
      if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        var line = start..<end
        if buffer[line].last == UInt8(ascii: "\r") { line = start..<end - 1 }
        start = end + 1
        return line
      }
      let kept = buffer.count - start
      guard kept < Self.maximumLine, fill() else { return nil }
      scanned = start + kept
    }
  }

  private mutating func fill() -> Bool {
    if start == buffer.count {
      // What a long message needed is not kept for the next one.
      buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
    } else if start > 0 {
      buffer.removeFirst(start)
    }
    start = 0
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        hasEnded = true
        return false
      }
      buffer += chunk[..<count]
      return true
    }
  }
}

/// A `Content-Length` field among bytes that may hold anything.
private struct LengthField {
  static let name = "content-length:"
  /// More than the bytes of any field: its name, blanks, digits and the end of the line.
  static let maximumLength = 64

  /// Where it begins.
  let start: Int
  let value: Int

  /// The first one; what ends it is the end of a line or of the bytes.
  init?(first bytes: ArraySlice<UInt8>) {
    let found = bytes.withUnsafeBufferPointer { bytes -> (Int, Int)? in
      let name = Array(Self.name.utf8)
      var index = 0
      while index + name.count < bytes.count {
        if bytes[index] | 0x20 == name[0],
          name.indices.allSatisfy({ Self.lowercased(bytes[index + $0]) == name[$0] }),
          let value = Self.value(in: UnsafeBufferPointer(rebasing: bytes[(index + name.count)...]))
        {
          return (index, value)
        }
        index += 1
      }
      return nil
    }
    guard let found else { return nil }
    (start, value) = (bytes.startIndex + found.0, found.1)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether a field may begin at the end of some of the bytes that have arrived, and go on in what has not.
  static func mayBegin(in known: ArraySlice<UInt8>, of arrived: [UInt8]) -> Bool {
    let name = Array(Self.name.utf8)
    return known.suffix(maximumLength).indices.contains { start in
      let bytes = arrived[start...].prefix(maximumLength)
      let isNamed = zip(bytes, name).allSatisfy { lowercased($0) == $1 }
      let rest = bytes.dropFirst(name.count)
      return isNamed && bytes.count < maximumLength && rest.allSatisfy { " 0123456789\r".utf8.contains($0) }
    }
  }

  /// The number that a field's bytes are, up to the end of the line.
  private static func value(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let digits = bytes.drop { $0 == UInt8(ascii: " ") }.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let end = bytes[digits.endIndex...].first { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: " ") }
    guard end == nil || end == UInt8(ascii: "\n"), digits.count <= 18 else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
