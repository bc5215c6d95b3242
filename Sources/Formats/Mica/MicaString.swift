import Texts

/// Strings, bytes and base64 as Mica text.
package enum MicaString {
  /// A string in quotes, such as `"a\\n"`.
  package static func quoted(_ text: String) -> String { "\"" + escaped(text.unicodeScalars) + "\"" }

  /// A string in quotes where the bytes are UTF-8, else bytes, `b"\\xff"`.
  package static func quoted(bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: { $0.loneByte != nil })
    {
      return quoted(text)
    }
    return "b\"" + bytes.map { $0 < 0x80 ? escaped([Unicode.Scalar($0)]) : hexadecimal($0) }.joined() + "\""
  }

  private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    for scalar in scalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar.loneByte != nil:
        text += hexadecimal(UInt8(truncatingIfNeeded: scalar.value))
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
  }

  /// Bytes as base64 (RFC 4648, section 4).
  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0..<4 { text.append(index <= group.count ? digits[bits >> (18 - 6 * index) & 63] : "=") }
    }
    return text
  }
}
