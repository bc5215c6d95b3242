import Authoring
import Syntax
import Testing

/// A text in Mica's layout; what must hold of any layout is checked on the way.
func formatted(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  let source = Array(text.utf8)
  #expect(formattingViolations(of: source) == [], sourceLocation: sourceLocation)
  return String(decoding: FormattedText(of: SyntaxTree.parse(source)).text, as: UTF8.self)
}

/// The statements of a body in Mica's layout.
func formatted(body: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  let lines = formatted("block B() {\n\(body)\n}\n", sourceLocation: sourceLocation).split(
    separator: "\n", omittingEmptySubsequences: false)
  return lines.dropFirst().dropLast(2).map { String($0.dropFirst(4)) }.joined(separator: "\n")
}

/// What holds for the layout of any text at all, and which parts of it do not hold here.
func formattingViolations(of source: [UInt8]) -> [String] {
  let tree = SyntaxTree.parse(source)
  let formatted = FormattedText(of: tree)
  let result = SyntaxTree.parse(formatted.text)
  var found: [String] = []
  if let difference = firstDifference(result.lastingTokens, tree.lastingTokens) {
    found.append("the tokens change: \(difference)")
  }
  if result.comments != tree.comments { found.append("the comments change") }
  if apply(formatted.edits, to: source) != formatted.text { found.append("the edits give another text") }
  for place in formatted.untouched where !formatted.text.holds(source[place.range]) {
    found.append("a statement with a mistake changes")
  }
  if tree.diagnostics.isEmpty {
    if !formatted.untouched.isEmpty { found.append("statements without a mistake are left out") }
    if let mistake = result.diagnostics.first {
      let start = mistake.place.range.lowerBound
      let before = String(decoding: formatted.text.prefix(start).suffix(60), as: UTF8.self)
      let behind = String(decoding: formatted.text.dropFirst(start).prefix(30), as: UTF8.self)
      found.append("the layout has a mistake: \(mistake.message), at \(before)‸\(behind)")
    }
    if result.shape != tree.shape { found.append("the structure changes") }
    found += lineViolations(of: formatted.text, tree.lineEnd)
    if formatted.edits.contains(where: { $0.partsLineEnd(of: source) }) { found.append("an edit parts a line's end") }
    let again = FormattedText(of: result)
    if again.text != formatted.text || again.isChanged { found.append("the layout of the layout differs") }
  }
  return found
}

extension Fix.Edit {
  /// Whether it begins or ends inside of a `\r\n`, where an editor has no place.
  fileprivate func partsLineEnd(of source: [UInt8]) -> Bool {
    [place.range.lowerBound, place.range.upperBound].contains { offset in
      offset > 0 && source[..<offset].last == UInt8(ascii: "\r") && source[offset...].first == UInt8(ascii: "\n")
    }
  }
}

/// Lines end alike and not in blanks, no two of them are blank, and the last one is not.
private func lineViolations(of text: [UInt8], _ lineEnd: LineEnd) -> [String] {
  var found: [String] = []
  var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  if lineEnd == .carriageReturn {
    for line in lines.indices.dropLast() {
      if lines[line].popLast() != UInt8(ascii: "\r") { found.append("a line that ends otherwise") }
    }
  }
  if lines.last?.isEmpty != true { found.append("the last line does not end") }
  if lines.count > 1, lines.dropLast().last?.isEmpty == true { found.append("a blank line at the end") }
  if lines.count > 1, lines.first?.isEmpty == true { found.append("a blank line at the start") }
  for (line, next) in zip(lines, lines.dropFirst()) where line.isEmpty && next.isEmpty && lines.count > 2 {
    found.append("two blank lines")
  }
  for line in lines {
    if let last = line.last, " \t\r".utf8.contains(last) { found.append("blanks at the end of a line") }
    if line.first == UInt8(ascii: "\t") { found.append("a tab at the start of a line") }
  }
  return found
}

/// A text with changes made that are in order and apart.
func apply(_ edits: [Fix.Edit], to source: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  var end = 0
  for edit in edits {
    guard edit.place.range.lowerBound >= end, edit.place.range.upperBound <= source.count else { return [] }
    result += source[end..<edit.place.range.lowerBound]
    result += edit.replacement.utf8
    end = edit.place.range.upperBound
  }
  return result + source[end...]
}

/// The lines around the first place where two texts differ.
func firstDifference(_ text: [UInt8], _ other: [UInt8]) -> String? {
  func lines(_ text: [UInt8]) -> [[UInt8]] {
    text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
  }
  return firstDifference(lines(text), lines(other))
}

/// The parts around the first place where two texts differ.
private func firstDifference(_ parts: [[UInt8]], _ others: [[UInt8]]) -> String? {
  let count = max(parts.count, others.count)
  let first = (0..<count).first { $0 >= parts.count || $0 >= others.count || parts[$0] != others[$0] }
  guard let first else { return nil }
  func excerpt(_ parts: [[UInt8]]) -> String {
    parts[max(0, min(first, parts.count) - 2)..<min(parts.count, first + 3)].map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: "\n")
  }
  return "\(excerpt(parts))\n--- and not\n\(excerpt(others))"
}

extension SyntaxTree {
  /// The texts of all tokens but commas before closing brackets.
  fileprivate var lastingTokens: [[UInt8]] {
    (0..<tokens.count).compactMap { token in
      if tokens.kinds[token] == .comma,
        [.rightParenthesis, .rightBracket, .rightBrace].contains(tokens.kinds[token + 1])
      {
        return nil
      }
      return Array(source[tokens.range(token)])
    }
  }

  /// The comments without blanks at their ends.
  var comments: [[UInt8]] {
    var comments: [[UInt8]] = []
    for token in 0..<tokens.count {
      let start = token > 0 ? Int(tokens.end(token - 1)) : 0
      for line in source[start..<Int(tokens.start(token))].split(separator: UInt8(ascii: "\n")) {
        guard let start = line.firstIndex(where: { "/#".utf8.contains($0) }) else { continue }
        var comment = line[start...]
        while let last = comment.last, " \t\r".utf8.contains(last) { comment.removeLast() }
        comments.append(Array(comment))
      }
    }
    return comments
  }

  /// The tree without its text.
  fileprivate var shape: [String] {
    var shape: [String] = []
    var pending = [root]
    while let node = pending.popLast() {
      let children = Array(node.children)
      shape.append("\(node.kind) \(children.count)")
      pending += children
    }
    return shape
  }
}

extension [UInt8] {
  /// Whether other bytes stand somewhere in these.
  fileprivate func holds(_ other: ArraySlice<UInt8>) -> Bool {
    guard let first = other.first else { return true }
    return indices.contains { self[$0] == first && self[$0...].starts(with: other) }
  }
}
