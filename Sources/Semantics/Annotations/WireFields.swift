/// The bytes of `@raw`: base64 of the fields of a protocol buffer.
enum WireFields {
  /// The bytes that base64 spells (RFC 4648, section 4); `nil` where it is none.
  static func decode(base64 text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 4 == 0 else { return nil }
    let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    for (index, digit) in digits.dropLast(padding).enumerated() {
      guard let value = value(of: digit) else { return nil }
      bits = bits << 6 | value
      if index % 4 == 3 {
        bytes += [
          UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits),
        ]
      }
    }
    switch padding {
    case 1: bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
    case 2: bytes += [UInt8(truncatingIfNeeded: bits >> 4)]
    default: break
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  /// Whether the bytes are whole fields: tags, each with a value of its wire type and nothing left over.
  static func areWellFormed(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    func varint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard let byte = rest.popFirst() else { return nil }
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
      }
      return nil
    }
    var groups: [UInt64] = []
    while !rest.isEmpty {
      guard let tag = varint(), tag >> 3 > 0 else { return false }
      switch tag & 7 {
      case 0: guard varint() != nil else { return false }
      case 1:
        guard rest.count >= 8 else { return false }
        rest = rest.dropFirst(8)
      case 2:
        guard let count = varint(), count <= UInt64(rest.count) else { return false }
        rest = rest.dropFirst(Int(count))
      case 3: groups.append(tag >> 3)
      case 4: guard groups.popLast() == tag >> 3 else { return false }
      case 5:
        guard rest.count >= 4 else { return false }
        rest = rest.dropFirst(4)
      default: return false
      }
    }
    return groups.isEmpty
  }
}
