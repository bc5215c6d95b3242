import Glibc

/// Standard output and standard error.
///
/// What is printed as text cannot drive the terminal: control characters of names and excerpts are written as escapes.
enum Console {
  static func output(_ text: String) { write(escaped(text, keepsNewlines: true) + "\n", to: STDOUT_FILENO) }

  static func output(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  static func error(_ text: String) { write(escaped(text, keepsNewlines: true) + "\n", to: STDERR_FILENO) }

  /// Puts a text in the place of the current line of standard error, which must be a terminal.
  static func status(_ text: String) {
    write("\r\u{1B}[K" + escaped(text, keepsNewlines: false), to: STDERR_FILENO)
  }

  /// Whether standard error is a terminal.
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The text with control characters, and those that change the direction of text, as `\u{1B}`.
  static func escaped(_ text: String, keepsNewlines: Bool) -> String {
    func isSafe(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x0A: keepsNewlines
      case 0x09: true
      case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: false
      default: true
      }
    }
    if text.unicodeScalars.allSatisfy(isSafe) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isSafe(scalar) {
        result.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
      }
    }
    return String(result)
  }

  static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return
        }
        rest = rest.dropFirst(count)
      }
    }
  }
}
