import Glibc
import JSON

/// Reads the messages of a client from a descriptor: JSON-RPC behind `Content-Length` headers.
struct MessageReader {
  enum Failure: Error {
    /// The stream ended, in a message or between two.
    case end
    /// A frame without a usable length: what follows cannot be told from it.
    case malformedHeader(String)
    /// A body that is no JSON; the next message can be read.
    case malformedBody(String)
  }

  /// No message is longer: what claims to be is not one.
  static let maximumLength = 1 << 30

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var chunk = Array(repeating: UInt8(0), count: 1 << 16)

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// The next message; waits for it.
  mutating func next() -> Result<JSONValue, Failure> {
    var length: Int?
    while true {
      guard let line = nextLine() else { return .failure(.end) }
      if line.isEmpty {
        if let length { return body(of: length) }
        continue
      }
      guard let colon = line.firstIndex(of: ":") else { return .failure(.malformedHeader(line)) }
      guard line[..<colon].lowercased() == "content-length" else { continue }
      let digits = line[line.index(after: colon)...].drop { $0 == " " }
      guard let value = Int(digits), (0...Self.maximumLength).contains(value) else {
        return .failure(.malformedHeader(line))
      }
      length = value
    }
  }

  private mutating func body(of length: Int) -> Result<JSONValue, Failure> {
    while buffer.count - start < length {
      guard fill() else { return .failure(.end) }
    }
    let bytes = buffer[start..<start + length]
    start += length
    do {
      return .success(try JSONValue(parsing: bytes))
    } catch {
      return .failure(.malformedBody("\(error)"))
    }
  }

  /// The next header line without its end; `nil` at the end of the stream.
  private mutating func nextLine() -> String? {
    var scanned = start
    while true {
      if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        var line = buffer[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        start = end + 1
        return String(decoding: line, as: UTF8.self)
      }
      let kept = buffer.count - start
      guard kept < 1 << 16, fill() else { return nil }
      scanned = start + kept
    }
  }

  private mutating func fill() -> Bool {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      buffer += chunk[..<count]
      return true
    }
  }
}
