import JSON

/// Where the members of the objects of a JSON text are, by their paths.
struct JSONLocations {
  struct Member {
    /// The key with its quotes.
    var key: Range<Int>
    var value: Range<Int>
  }

  private(set) var members: [[String]: Member] = [:]
  /// The topmost value.
  private(set) var root = 0..<0

  /// Finds the members; elements of arrays have no path, and what is in them is left out.
  ///
  /// - Parameter bytes: a text that has been read as JSON.
  /// - Complexity: O(`bytes.count`) for each level of nesting
  init(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    root = reader.value(at: [])
    members = reader.members
  }

  private struct Reader {
    let bytes: [UInt8]
    var members: [[String]: Member] = [:]
    var position = 0

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Passes white space, and commas and colons, which say nothing about places.
    private mutating func skipBetween() {
      let between: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":")]
      while let byte = current, between.contains(byte) { position += 1 }
    }

    /// Passes a value; `path` is `nil` within arrays.
    mutating func value(at path: [String]?) -> Range<Int> {
      skipBetween()
      let start = position
      switch current {
      case UInt8(ascii: "{"): container(until: UInt8(ascii: "}"), isObject: true, path)
      case UInt8(ascii: "["): container(until: UInt8(ascii: "]"), isObject: false, nil)
      case UInt8(ascii: "\""): string()
      default:
        let ends = Array(",]} \t\r\n".utf8)
        while let byte = current, !ends.contains(byte) { position += 1 }
      }
      return start..<position
    }

    private mutating func container(until end: UInt8, isObject: Bool, _ path: [String]?) {
      position += 1
      skipBetween()
      while let byte = current, byte != end {
        if isObject {
          let start = position
          string()
          let key = start..<position
          let inner = path.map { $0 + [text(of: key)] }
          let value = value(at: inner)
          if let inner { members[inner] = Member(key: key, value: value) }
        } else {
          _ = value(at: nil)
        }
        skipBetween()
      }
      position = min(position + 1, bytes.count)
    }

    private mutating func string() {
      position += 1
      while let byte = current, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
      position = min(position + 1, bytes.count)
    }

    private func text(of string: Range<Int>) -> String {
      (try? JSONValue(parsing: bytes[string]))?.stringValue ?? ""
    }
  }
}
