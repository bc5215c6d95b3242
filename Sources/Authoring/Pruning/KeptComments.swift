import Syntax

/// Comments of a text that another text of the same model takes over.
///
/// A comment goes with what it stands above or behind: the line that makes the same result, or else a line that is the same.
package enum KeptComments {
  /// The new text with the comments of the old one that it does not have, both in the language's layout.
  package static func text(_ new: [UInt8], keeping old: [UInt8]) -> [UInt8] {
    var above: [String: [Substring]] = [:]
    var behind: [String: Substring] = [:]
    var waiting: [Substring] = []
    for line in lines(of: old) {
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("//") {
        waiting.append(trimmed)
        continue
      }
      if let key = key(of: trimmed) {
        if !waiting.isEmpty { above[key] = waiting }
        if let comment = trailing(trimmed) { behind[key] = comment }
      }
      waiting = []
    }
    var kept: [String] = []
    var known: Set<Substring> = []
    for line in lines(of: new) {
      let indentation = line.prefix { $0 == " " }
      let trimmed = line.dropFirst(indentation.count)
      if trimmed.hasPrefix("//") { known.insert(trimmed) }
      guard !trimmed.hasPrefix("//"), let key = key(of: trimmed) else {
        kept.append(String(line))
        continue
      }
      for comment in above.removeValue(forKey: key) ?? [] where !known.contains(comment) {
        kept.append("\(indentation)\(comment)")
      }
      known = []
      let comment = trailing(trimmed) == nil ? behind.removeValue(forKey: key) : nil
      kept.append("\(line)\(comment.map { "  \($0)" } ?? "")")
    }
    return Array(kept.joined(separator: "\n").utf8)
  }

  private static func lines(of text: [UInt8]) -> [Substring] {
    String(decoding: text, as: UTF8.self).lines
  }

  /// What a line makes, without the types that are recorded of it; the line where it makes nothing; `nil` for an empty one.
  private static func key(of line: Substring) -> String? {
    guard !line.isEmpty else { return nil }
    guard let equals = line.firstRange(of: " = ") else { return String(line[..<trailingStart(line)]) }
    let target = line[..<equals.lowerBound]
    guard target.hasPrefix("("), let name = target.split(separator: " ").last else { return String(target) }
    return String(name.drop { $0 == "(" }.prefix { $0 != ")" })
  }

  private static func trailing(_ line: Substring) -> Substring? {
    let start = trailingStart(line)
    return start == line.endIndex ? nil : line[start...]
  }

  /// Where a comment behind the code of a line begins: outside of strings and quoted names.
  private static func trailingStart(_ line: Substring) -> Substring.Index {
    var quote: Character?
    var place = line.startIndex
    while place < line.endIndex {
      let character = line[place]
      if let open = quote {
        if character == "\\", open == "\"" { place = line.index(after: place) }
        if character == open { quote = nil }
      } else if character == "\"" || character == "`" {
        quote = character
      } else if line[place...].hasPrefix("//") {
        return place
      }
      if place < line.endIndex { place = line.index(after: place) }
    }
    return line.endIndex
  }
}
