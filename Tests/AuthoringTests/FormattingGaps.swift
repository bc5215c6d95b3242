import Syntax

/// Rewrites the gaps of a text at random, without changing what it says.
struct FormattingGaps {
  /// Whether comments are put into gaps, or only blanks and newlines.
  var putsComments: Bool

  /// A text without mistakes with other gaps.
  func scramble(_ source: [UInt8], using numbers: inout Soak.Numbers) -> [UInt8] {
    let tree = SyntaxTree.parse(source)
    let mayBreak = Self.breakableGaps(of: tree)
    var result: [UInt8] = []
    var end = 0
    for token in 0..<tree.tokens.count {
      let range = tree.tokens.range(token)
      let gap = source[end..<range.lowerBound]
      if gap.contains(UInt8(ascii: "/")) || (gap.contains(UInt8(ascii: "\n")) && !mayBreak[token]) || token == 0 {
        // What ends a statement, and comments, stay; what is before them may change.
        result += gap
        if putsComments, gap.contains(UInt8(ascii: "\n")), numbers.chance(10) { result += comment(&numbers) }
      } else if mayBreak[token], numbers.chance(25) {
        result += newGap(&numbers)
      } else {
        result += gap.isEmpty ? [] : [UInt8](repeating: 0x20, count: numbers.pick([1, 1, 1, 2, 5]))
        if gap.isEmpty, mayWiden(tree, token), numbers.chance(5) { result.append(0x20) }
      }
      result += source[range]
      end = range.upperBound
    }
    return result
  }

  private func newGap(_ numbers: inout Soak.Numbers) -> [UInt8] {
    var gap = Array(repeating: UInt8(ascii: " "), count: numbers.pick([1, 3]))
    if putsComments, numbers.chance(50) { gap += comment(&numbers) }
    gap += Array(numbers.pick(["\n", "\n", "\n    ", "\r\n\t", "\n\n  "]).utf8)
    if putsComments, numbers.chance(30) { gap += comment(&numbers) }
    return gap
  }

  private func comment(_ numbers: inout Soak.Numbers) -> [UInt8] {
    Array(numbers.pick(["// why\n", "/// doc \n", "//\n", "////x\t\n", "// ä ( [ {\n\n", "// a\n  // b\n"]).utf8)
  }

  /// Whether a blank before a token changes nothing: a number's `.` is not a member's.
  private func mayWiden(_ tree: SyntaxTree, _ token: Int) -> Bool {
    ![.dot, .quotedNameHead, .quotedNameTail, .quotedNameMiddle].contains(tree.tokens.kinds[token])
      && tree.tokens.kinds[token - 1] != .dot
  }

  /// What goes on with a statement at the start of a line; a star may not.
  private static let continuing: Set<TokenKind> = [
    .pipe, .plus, .minus, .slash, .percent, .power, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
    .and, .or, .arrow, .elseKeyword, .leftBrace,
  ]

  /// For each token whether the gap before it may hold a newline: in brackets, and before what continues a line.
  private static func breakableGaps(of tree: SyntaxTree) -> [Bool] {
    let kinds = tree.tokens.kinds
    var bodies: Set<Int> = []
    var fixed: Set<Int> = []
    var annotationEnds: Set<Int> = []
    var pending = [tree.root]
    while let node = pending.popLast() {
      if node.kind == .body { bodies.insert(node.tokens.lowerBound) }
      if node.kind == .annotation { annotationEnds.insert(node.tokens.upperBound) }
      if node.kind == .graphLiteral, let list = node.firstChild, list.kind == .parameterList {
        fixed.insert(list.tokens.upperBound)
      }
      // The parser asks what stands behind these brackets before newlines in them are gaps.
      if node.kind == .listInput { fixed.formUnion([node.tokens.lowerBound + 1, node.tokens.lowerBound + 2]) }
      if node.kind == .target { fixed.insert(node.tokens.lowerBound + 1) }
      if node.kind == .emptyList { fixed.insert(node.tokens.upperBound - 1) }
      pending += node.children
    }
    // For each open bracket: whether newlines in it are gaps, and whether it is a name, which holds none.
    var open: [(isGap: Bool, isName: Bool)] = []
    var result: [Bool] = []
    for (token, kind) in kinds.enumerated() {
      let isName = open.last?.isName ?? false
      var mayBreak = open.last?.isGap ?? false
      if !mayBreak, !isName {
        mayBreak =
          annotationEnds.contains(token)
          || continuing.contains(kind)
          || (kind == .identifier && ["where", "macs"].contains(tree.text(token)) && token > 0
            && kinds[token - 1] == .rightParenthesis)
      }
      result.append(mayBreak && !isName && !fixed.contains(token))
      switch kind {
      case .leftParenthesis, .leftBracket: open.append((true, isName))
      case .leftBrace: open.append((!bodies.contains(token), isName))
      case .quotedNameHead: open.append((false, true))
      case .rightParenthesis, .rightBracket, .rightBrace, .quotedNameTail: _ = open.popLast()
      default: break
      }
    }
    return result
  }
}
