import Syntax
import Testing

/// What holds for the tree of any text at all, and which parts of it do not hold here.
func violations(of tree: SyntaxTree) -> [String] {
  tokenViolations(of: tree) + nodeViolations(of: tree) + diagnosticViolations(of: tree)
}

func expectInvariants(_ tree: SyntaxTree, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(violations(of: tree) == [], sourceLocation: sourceLocation)
}

/// Tokens and the gaps between them cover the text once, and gaps hold blanks and comments only.
private func tokenViolations(of tree: SyntaxTree) -> [String] {
  let tokens = tree.tokens
  var found: [String] = []
  var end = 0
  for token in 0..<tokens.count {
    let range = Int(tokens.start(token))..<max(Int(tokens.start(token)), Int(tokens.end(token)))
    let isLast = token == tokens.count - 1
    if range.lowerBound < end { found.append("token \(token) begins before the last one ends") }
    if tokens.kinds[token] == .newline { found.append("token \(token) is a newline") }
    if isLast != (tokens.kinds[token] == .endOfFile) { found.append("token \(token) is or is not the last one") }
    if range.isEmpty != isLast { found.append("token \(token) is empty") }
    let gap = tree.source[min(end, range.lowerBound)..<range.lowerBound]
    if !isBlank(gap, atStart: end == 0) { found.append("the gap before token \(token) is no gap") }
    if tokens.followsNewline(token) != (isLast || gap.contains(UInt8(ascii: "\n"))) {
      found.append("token \(token) has a wrong newline")
    }
    end = range.upperBound
  }
  if end != tree.source.count { found.append("the tokens end at \(end) of \(tree.source.count)") }
  return found
}

private func isBlank(_ gap: ArraySlice<UInt8>, atStart: Bool) -> Bool {
  var gap = gap
  if atStart, gap.starts(with: [0xEF, 0xBB, 0xBF]) { gap = gap.dropFirst(3) }
  while let first = gap.first {
    if gap.starts(with: "//".utf8) || gap.starts(with: "#".utf8) {
      gap = gap.drop { $0 != UInt8(ascii: "\n") }
    } else if " \t\r\n".utf8.contains(first) {
      gap = gap.dropFirst()
    } else {
      return false
    }
  }
  return true
}

/// Nodes nest: every one hangs on the root once, and children lie in their parents in order and apart.
private func nodeViolations(of tree: SyntaxTree) -> [String] {
  var found: [String] = []
  var visits = Array(repeating: 0, count: Int(tree.root.index) + 1)
  var hasErrors = false
  var pending = [tree.root]
  if tree.root.tokens != 0..<tree.tokens.count - 1 { found.append("the root covers \(tree.root.tokens)") }
  while let node = pending.popLast() {
    visits[Int(node.index)] += 1
    guard visits[Int(node.index)] == 1 else { continue }
    if node.kind == .error { hasErrors = true }
    var end = node.tokens.lowerBound
    for child in node.children {
      if child.index >= node.index { found.append("node \(node.index) stands before its child \(child.index)") }
      if child.tokens.lowerBound < end { found.append("node \(child.index) overlaps the one before") }
      if child.tokens.upperBound > node.tokens.upperBound { found.append("node \(child.index) leaves \(node.index)") }
      end = child.tokens.upperBound
      pending.append(child)
    }
  }
  for (node, count) in visits.enumerated() where count != 1 { found.append("node \(node) is reached \(count) times") }
  if hasErrors, tree.diagnostics.isEmpty { found.append("an error node without a diagnostic") }
  return found
}

/// Diagnostics come in the order of the text and lie in it, with something to say.
private func diagnosticViolations(of tree: SyntaxTree) -> [String] {
  var found: [String] = []
  var start = 0
  for diagnostic in tree.diagnostics {
    let places = [diagnostic.place] + diagnostic.fixes.flatMap { $0.edits.map(\.place) }
    for place in places where place.range.lowerBound < 0 || place.range.upperBound > tree.source.count {
      found.append("\(diagnostic.identifier) lies outside of the text")
    }
    if diagnostic.place.range.lowerBound < start { found.append("\(diagnostic.identifier) is out of order") }
    if diagnostic.message.isEmpty || diagnostic.message.utf8.count > 400 {
      found.append("\(diagnostic.identifier) says \(diagnostic.message.utf8.count) bytes")
    }
    start = diagnostic.place.range.lowerBound
  }
  return found
}
