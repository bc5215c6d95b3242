/// What ends the lines of a text: what ends its first one.
package enum LineEnd: Sendable {
  case newline
  /// `\r\n`, as on Windows.
  case carriageReturn

  package init(of source: [UInt8]) {
    let newline = source.firstIndex(of: UInt8(ascii: "\n"))
    let isBare = newline.map { $0 == 0 || source[$0 - 1] != UInt8(ascii: "\r") } ?? true
    self = isBare ? .newline : .carriageReturn
  }

  package var bytes: [UInt8] { Array((self == .newline ? "\n" : "\r\n").utf8) }

  /// A text written with `\n`, for one of these lines; one that has them already stays as it is.
  package func applied(to text: [UInt8]) -> [UInt8] {
    guard self == .carriageReturn, text.contains(UInt8(ascii: "\n")) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for byte in text {
      if byte == UInt8(ascii: "\n"), bytes.last != UInt8(ascii: "\r") { bytes.append(UInt8(ascii: "\r")) }
      bytes.append(byte)
    }
    return bytes
  }

  package func applied(to text: String) -> String {
    self == .newline ? text : String(decoding: applied(to: Array(text.utf8)), as: UTF8.self)
  }
}

extension SyntaxTree {
  package var lineEnd: LineEnd { LineEnd(of: source) }
}

extension StringProtocol {
  /// The lines without their ends, which are either.
  package var lines: [SubSequence] { split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" } }
}
