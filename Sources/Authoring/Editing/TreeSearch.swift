package import Syntax

extension SyntaxTree {
  /// The nodes around an offset, outermost first; the last one is a leaf that the offset lies in or at the end of.
  ///
  /// Where two leaves meet, a name comes before a sign, and what begins at the offset before what ends there.
  package func nodes(at offset: Int) -> [Syntax] {
    var path = [root]
    while let node = path.last {
      var best: Syntax?
      for child in node.children(touching: offset) {
        if best == nil || !(child.range.lowerBound == offset && !child.mayHoldName) { best = child }
      }
      guard let best else { return path }
      path.append(best)
    }
    return path
  }
}

extension SyntaxTree {
  /// The calls inside whose parentheses an offset is, innermost first; `weights "file" (…)` is one.
  ///
  /// Blanks behind the last argument of a call that is not closed yet are inside.
  func calls(around offset: Int) -> [Syntax] {
    var end = min(offset, source.count)
    while end > 0, source[end - 1] == UInt8(ascii: " ") || source[end - 1] == UInt8(ascii: "\t") { end -= 1 }
    var calls: [Syntax] = []
    let around = nodes(at: end) + (end == offset ? [] : nodes(at: offset))
    for node in around where (node.kind == .call || node.kind == .weightsStatement) && !calls.contains(node) {
      guard let list = node.child(.argumentList), list.range.lowerBound < offset else { continue }
      let isClosed = list.tokens.last.map { tokens.kinds[$0] == .rightParenthesis } ?? false
      if !isClosed || offset < list.range.upperBound { calls.append(node) }
    }
    return calls.sorted { $0.range.lowerBound > $1.range.lowerBound }
  }
}

extension Syntax {
  /// Whether a name may stand at the start of the node.
  fileprivate var mayHoldName: Bool {
    switch kind {
    case .argumentList, .parameterList, .dimensions, .list: false
    default: true
    }
  }
}

extension Sequence<Syntax> {
  /// The innermost node of one of some kinds, in a path from the root.
  package func last(_ kinds: SyntaxKind...) -> Syntax? { reversed().first { kinds.contains($0.kind) } }
}
