/// The string literals of a Swift file, for texts that stand in another target's tests.
enum SwiftStrings {
  /// The values of all literals without interpolation, in time linear in the file.
  static func literals(in source: [UInt8]) -> [String] {
    var literals: [String] = []
    var position = 0
    while position < source.count {
      if source[position...].starts(with: "//".utf8) {
        while position < source.count, source[position] != UInt8(ascii: "\n") { position += 1 }
        continue
      }
      var pounds = 0
      while position + pounds < source.count, source[position + pounds] == UInt8(ascii: "#") { pounds += 1 }
      guard position + pounds < source.count, source[position + pounds] == UInt8(ascii: "\"") else {
        position += max(1, pounds)
        continue
      }
      position += pounds
      let isBlock = source[position...].starts(with: "\"\"\"".utf8)
      let quotes = isBlock ? 3 : 1
      let end = Array(repeating: UInt8(ascii: "\""), count: quotes) + Array(repeating: UInt8(ascii: "#"), count: pounds)
      position += quotes
      let start = position
      while position < source.count, !source[position...].starts(with: end) {
        position += pounds == 0 && source[position] == UInt8(ascii: "\\") ? 2 : 1
      }
      let content = String(decoding: source[start..<min(position, source.count)], as: UTF8.self)
      position += end.count
      let lines = isBlock ? unindented(content) : content
      if pounds > 0 {
        literals.append(lines)
      } else if let value = unescaped(lines) {
        literals.append(value)
      }
    }
    return literals
  }

  /// The lines of a literal in three quotes without the indentation of the last one.
  private static func unindented(_ content: String) -> String {
    let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
    let indentation = lines.last?.count ?? 0
    return lines.dropFirst().dropLast().map { String($0.dropFirst(indentation)) }.joined(separator: "\n")
  }

  /// The text with its escapes read; `nil` where it is interpolated.
  private static func unescaped(_ content: String) -> String? {
    var result = ""
    var rest = content[...]
    while let character = rest.popFirst() {
      guard character == "\\" else {
        result.append(character)
        continue
      }
      switch rest.popFirst() {
      case "n": result.append("\n")
      case "t": result.append("\t")
      case "r": result.append("\r")
      case "0": result.append("\0")
      case "(": return nil
      case "u":
        let digits = rest.dropFirst().prefix { $0 != "}" }
        rest = rest.dropFirst(digits.count + 2)
        if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) { result.unicodeScalars.append(scalar) }
      case "\n": break
      case let other?: result.append(other)
      case nil: break
      }
    }
    return result
  }
}
