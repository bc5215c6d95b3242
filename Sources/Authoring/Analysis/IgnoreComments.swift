import Glibc
package import Syntax

/// The comments of a text that silence a warning or a hint: `// mica:ignore(inexact-division)`.
///
/// One behind a token counts for its own line, one alone on its line for the next line that has a token. An error is never
/// silenced: it would be met again by every command.
package struct IgnoreComments: Sendable {
  private struct Comment {
    /// The identifiers with their places, in order.
    var identifiers: [(name: String, range: Range<Int>)]
    /// From `mica:` to the closing parenthesis.
    var range: Range<Int>
    /// The line that it counts for: the bytes from its start to its end.
    var line: Range<Int>
  }

  fileprivate static let opening = Array("mica:ignore(".utf8)

  private let tree: SyntaxTree
  private let comments: [Comment]

  /// Looks through a text for them.
  package init(of tree: SyntaxTree) {
    self.tree = tree
    comments = tree.source.placesOfIgnore.compactMap { Self.comment(at: $0, in: tree) }
  }

  /// The diagnostics without those that are silenced; with hints of comments that silence nothing, where all that is wrong
  /// with the text is among the diagnostics, and no error hides anything.
  package func applied(to diagnostics: [Diagnostic], tellsUnused: Bool = true) -> [Diagnostic] {
    guard !comments.isEmpty else { return diagnostics }
    var used: Set<Range<Int>> = []
    var kept = diagnostics.filter { diagnostic in
      guard diagnostic.place.file == tree.file, diagnostic.severity != .error else { return true }
      let start = diagnostic.place.range.lowerBound
      let silencing = comments.filter { $0.line.lowerBound <= start && start <= $0.line.upperBound }
        .flatMap(\.identifiers).filter { $0.name == diagnostic.identifier }
      used.formUnion(silencing.map(\.range))
      return silencing.isEmpty
    }
    guard tellsUnused, !diagnostics.contains(where: { $0.severity == .error }) else { return kept }
    for comment in comments {
      for identifier in comment.identifiers where !used.contains(identifier.range) {
        let place = Place(file: tree.file, range: identifier.range)
        kept.append(
          Diagnostic(
            "unused-ignore", "nothing called `\(identifier.name)` is reported on the line that this is for", at: place,
            severity: .hint, fixes: [Fix("Remove `\(identifier.name)`", [removal(of: identifier.range, from: comment)])]
          ))
      }
    }
    return kept
  }

  /// What silences a warning or a hint of the text: a comment at the end of its line, or above it where one stands there.
  package static func fix(for diagnostic: Diagnostic, in tree: SyntaxTree) -> Fix? {
    guard diagnostic.severity != .error, diagnostic.place.file == tree.file, diagnostic.identifier != "unused-ignore"
    else {
      return nil
    }
    let line = tree.source.line(around: diagnostic.place.range.lowerBound)
    let text = "mica:ignore(\(diagnostic.identifier))"
    let title = "Ignore \(diagnostic.identifier) on this line"
    let last = (0..<tree.tokens.count).last {
      Int(tree.tokens.start($0)) < line.upperBound && !tree.tokens.range($0).isEmpty
    }
    guard let last, tree.tokens.range(last).upperBound > line.lowerBound else { return nil }
    let end = tree.tokens.range(last).upperBound
    guard end <= line.upperBound else { return nil }
    // What the parser complains of may take a comment for a part of a string.
    let isSound = !tree.diagnostics.contains { line.contains($0.place.range.lowerBound) }
    if isSound, tree.source[end..<line.upperBound].allSatisfy(\.isBlank) {
      return Fix(title, [Fix.Edit(Place(file: tree.file, range: end..<line.upperBound), "  // \(text)")])
    }
    let indentation = String(decoding: tree.source[line].prefix(while: \.isBlank), as: UTF8.self)
    let start = Place(file: tree.file, range: line.lowerBound..<line.lowerBound)
    return Fix(title, [Fix.Edit(start, "\(indentation)// \(text)\n")])
  }

  private static func comment(at start: Int, in tree: SyntaxTree) -> Comment? {
    let source = tree.source
    // What is in a token is no comment.
    let before = tree.tokens.last(startingBefore: start)
    if let before, tree.tokens.range(before).upperBound > start { return nil }
    let own = source.line(around: start)
    guard let close = source[start..<own.upperBound].firstIndex(of: UInt8(ascii: ")")) else { return nil }
    var identifiers: [(name: String, range: Range<Int>)] = []
    for part in source[(start + opening.count)..<close].split(separator: UInt8(ascii: ",")) {
      let name = part.drop(while: \.isBlank).prefix { !$0.isBlank }
      if !name.isEmpty { identifiers.append((String(decoding: name, as: UTF8.self), name.startIndex..<name.endIndex)) }
    }
    var line = own
    if before.map({ tree.tokens.range($0).upperBound <= own.lowerBound }) ?? true {
      let next = before.map { $0 + 1 } ?? 0
      guard next < tree.tokens.count else { return nil }
      line = source.line(around: Int(tree.tokens.start(next)))
    }
    return Comment(identifiers: identifiers, range: start..<(close + 1), line: line)
  }

  /// Takes an identifier out of a comment, and with the last one the comment, if there is nothing else in it.
  private func removal(of identifier: Range<Int>, from comment: Comment) -> Fix.Edit {
    let source = tree.source
    func edit(_ range: Range<Int>, _ text: String = "") -> Fix.Edit {
      Fix.Edit(Place(file: tree.file, range: range), text)
    }
    let rest = comment.identifiers.filter { $0.range != identifier }.map(\.name)
    guard rest.isEmpty else {
      return edit(comment.range, "mica:ignore(\(rest.joined(separator: ", ")))")
    }
    let line = source.line(around: comment.range.lowerBound)
    var start = comment.range.lowerBound
    while start > line.lowerBound, source[start - 1].isBlank || source[start - 1] == UInt8(ascii: "/") { start -= 1 }
    let isWhole = source[start..<comment.range.lowerBound].contains(UInt8(ascii: "/"))
    guard isWhole, source[comment.range.upperBound..<line.upperBound].allSatisfy(\.isBlank) else {
      return edit(comment.range)
    }
    if start == line.lowerBound { return edit(line.lowerBound..<min(source.count, line.upperBound + 1)) }
    return edit(start..<line.upperBound)
  }
}

extension Tokens {
  /// The last token that starts before an offset.
  func last(startingBefore offset: Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Int(start(middle)) < offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
  }
}

extension [UInt8] {
  /// The line that an offset is in, without its end.
  func line(around offset: Int) -> Range<Int> {
    var (start, end) = (Swift.min(offset, count), Swift.min(offset, count))
    while start > 0, self[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    while end < count, self[end] != UInt8(ascii: "\n") { end += 1 }
    return start..<end
  }

  /// Where the comments' opening stands in these; its colon is looked for.
  fileprivate var placesOfIgnore: [Int] {
    let opening = IgnoreComments.opening
    let colon = 4
    return withUnsafeBytes { bytes in
      var found: [Int] = []
      var next = colon
      while next < bytes.count, let base = bytes.baseAddress,
        let place = memchr(base + next, Int32(UInt8(ascii: ":")), bytes.count - next)
      {
        next = UnsafeRawPointer(place) - base + 1
        let start = next - 1 - colon
        if start + opening.count <= bytes.count, memcmp(base + start, opening, opening.count) == 0 {
          found.append(start)
        }
      }
      return found
    }
  }
}
