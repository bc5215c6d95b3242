import Authoring

/// A document's URI as the client writes it.
///
/// Clients escape paths differently; what is compared is the path.
package struct DocumentURI: Hashable, Sendable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// By what documents are told apart: two spellings of a file's URI are the same document.
  package var key: String { path ?? text }

  /// Whether it is that of a project file, which is no text of the language.
  var isProject: Bool { path?.split(separator: "/").last.map { $0 == Project.fileName } ?? false }

  /// The URI of a file.
  package init(path: String) {
    var text = "file://"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    self.text = text
  }

  /// The path of a `file:` URI; `nil` for a document that is no file, such as a new one.
  package var path: String? {
    guard text.lowercased().hasPrefix("file:") else { return nil }
    var rest = Array(text.utf8.dropFirst(5))
    if rest.starts(with: "//".utf8) {
      rest.removeFirst(2)
      // What stands before the path is the host: none, or this one.
      guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
      rest.removeFirst(slash)
    }
    var bytes: [UInt8] = []
    var index = 0
    while index < rest.count {
      if rest[index] == UInt8(ascii: "%"), index + 2 < rest.count,
        let value = UInt8(String(decoding: rest[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        index += 3
      } else {
        bytes.append(rest[index])
        index += 1
      }
    }
    return bytes.contains(0) ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
