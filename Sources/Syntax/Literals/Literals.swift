import Texts

/// What the spelling of a literal means.
extension Syntax {
  /// The value of an `integer` node; `nil` where it exceeds 64 bits.
  package var integerValue: Int? {
    // Most are a few digits, which nothing but their values need.
    let digits = tree.tokens.range(tokens.lowerBound)
    if digits.count < 19, let value = tree.decimal(digits) { return value }
    let text = firstTokenText
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return Int(text.dropFirst(2), radix: 16) }
    return Int(text)
  }

  /// The value of a `float` node, `0x1p-126`-style ones included; `nil` where it is malformed.
  package var floatValue: Double? {
    let text = firstTokenText
    if text.hasSuffix(".") { return Double(text + "0") }
    return Double(text.hasPrefix(".") ? "0" + text : text)
  }

  /// The bytes of a `string` or `bytes` node with its escapes resolved.
  package var stringBytes: [UInt8] {
    var bytes = Array(tree.source[range])
    if kind == .bytes { bytes.removeFirst() }
    guard let quote = bytes.first else { return [] }
    bytes.removeFirst()
    if bytes.last == quote { bytes.removeLast() }
    return Escapes.resolve(bytes[...])
  }

  /// The text of a `string` node with its escapes resolved.
  package var stringValue: String { String(anyBytes: stringBytes) }

  /// The parts of a name: plain text, and the expressions to be filled in between.
  package enum NamePart {
    case text(String)
    case expression(Syntax)
  }

  /// The parts of a `name` or `quotedName` node, escapes resolved.
  package var nameParts: [NamePart] {
    guard kind == .quotedName else { return [.text(firstTokenText)] }
    var parts: [NamePart] = []
    var token = tokens.lowerBound
    func text(of token: Int) -> String {
      var bytes = tree.source[tree.tokens.range(token)].dropFirst()
      let kind = tree.tokens.kinds[token]
      let closes =
        kind == .quotedName || kind == .quotedNameTail
        ? bytes.last == UInt8(ascii: "`") : bytes.last == UInt8(ascii: "{")
      if closes { bytes.removeLast() }
      return String(anyBytes: Escapes.resolve(bytes))
    }
    for child in children {
      parts.append(.text(text(of: token)))
      if child.kind != .omitted { parts.append(.expression(child)) }
      token = child.tokens.upperBound
    }
    if tokens.contains(token) { parts.append(.text(text(of: token))) }
    return parts
  }

  /// The text of a name without interpolations.
  package var plainName: String? {
    if kind == .name { return firstTokenText }
    guard kind == .quotedName else { return nil }
    var text = ""
    for part in nameParts {
      guard case .text(let piece) = part else { return nil }
      text += piece
    }
    return text
  }
}

extension SyntaxTree {
  /// The value of bytes that are decimal digits, few enough for it; `nil` where some are not.
  fileprivate func decimal(_ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard source[index].isDigit else { return nil }
      value = value * 10 + Int(source[index] - UInt8(ascii: "0"))
    }
    return value
  }
}

/// Backslash escapes: `\n \t \r \0 \xNN`; behind any other character the backslash only quotes.
enum Escapes {
  static func resolve(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\\")) else { return Array(bytes) }
    var resolved: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < bytes.endIndex else {
        resolved.append(byte)
        continue
      }
      let escaped = bytes[index]
      index += 1
      switch escaped {
      case UInt8(ascii: "n"): resolved.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "t"): resolved.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "r"): resolved.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "0"): resolved.append(0)
      case UInt8(ascii: "x"):
        let digits = bytes[index...].prefix(2).prefix { $0.isHexadecimalDigit }
        guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
          resolved.append(escaped)
          continue
        }
        resolved.append(value)
        index += 2
      default: resolved.append(escaped)
      }
    }
    return resolved
  }
}
