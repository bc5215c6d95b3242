import Texts

extension Syntax {
  /// The text of the `///` comment on the lines right before the node, without its slashes; empty where there is none.
  package var docComment: String {
    let first = tokens.lowerBound
    let end = Int(tree.tokens.start(first))
    let start = first > 0 ? Int(tree.tokens.end(first - 1)) : 0
    guard start < end, tree.source[start..<end].contains(UInt8(ascii: "/")) else { return "" }
    let lines = tree.source[start..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var doc: [String] = []
    // The last piece is the indentation of the node itself; the first is the end of the line of the token before.
    for line in lines.dropLast().dropFirst(first > 0 ? 1 : 0).reversed() {
      let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard text.starts(with: "///".utf8), !text.starts(with: "////".utf8) else { break }
      var content = text.dropFirst(3)
      if content.first == UInt8(ascii: " ") { content = content.dropFirst() }
      // Blanks at the end of a line are seen by nobody, and no layout keeps them.
      while let last = content.last, " \t\r".utf8.contains(last) { content = content.dropLast() }
      doc.append(String(anyBytes: Array(content)))
    }
    return doc.reversed().joined(separator: "\n")
  }
}
