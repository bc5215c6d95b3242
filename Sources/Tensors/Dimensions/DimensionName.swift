import Texts

extension Dimension {
  /// A name as Mica text, of a dimension or of anything else: as it is where it is an identifier, else between
  /// backquotes.
  package static func spelling(ofName name: String) -> String {
    if isIdentifier(name) { return name }
    var text = "`"
    for scalar in name.unicodeScalars {
      switch scalar {
      case "{", "`", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f || scalar.loneByte != nil:
        let digits = String(scalar.value & 0xff, radix: 16)
        text += "\\x" + (digits.count == 1 ? "0" : "") + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "`"
  }

  private static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, !isDigit(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) } && !reserved.contains(name)
      && ElementType(spelling: name) == nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static let reserved: Set<String> = ["if", "else", "return", "none", "true", "false", "_"]
}
