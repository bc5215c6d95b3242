import Syntax

/// Which statements of a tree contain a mistake of their own, so that their bytes must stay as they are.
///
/// A mistake in a statement of a body is not one of the statement around, unless it leaves a bracket open.
struct FormattingMistakes {
  /// For each node, by its index.
  private var contains: [Bool]

  /// Looks for mistakes in all nodes, given parents before their children; linear but for open brackets.
  init(_ tree: SyntaxTree, nodes: [Syntax]) {
    contains = Array(repeating: false, count: nodes.count)
    guard !tree.diagnostics.isEmpty else { return }
    let marks = Self.marks(of: tree)
    func count(_ tokens: Range<Int>) -> Int { marks[tokens.upperBound] - marks[tokens.lowerBound] }
    for node in nodes.reversed() {
      let holdsStatements = node.kind == .body || node.kind == .file
      var isMistaken = node.kind == .error || !node.hasBrackets
      var ownMarks = count(node.tokens)
      for child in node.children {
        ownMarks -= count(child.tokens)
        if child.kind == .omitted, node.kind != .slice { isMistaken = true }
        if self[child], !holdsStatements || !child.hasBalancedBrackets { isMistaken = true }
      }
      contains[Int(node.index)] = isMistaken || ownMarks > 0
    }
  }

  subscript(node: Syntax) -> Bool { contains[Int(node.index)] }

  /// The number of tokens before each that a diagnostic points at.
  private static func marks(of tree: SyntaxTree) -> [Int] {
    let tokens = tree.tokens
    var isMarked = Array(repeating: false, count: tokens.count)
    for diagnostic in tree.diagnostics {
      let start = diagnostic.place.range.lowerBound
      let token = tokens.last(startingUpTo: start)
      isMarked[token] = true
      if token > 0, Int(tokens.end(token - 1)) == start { isMarked[token - 1] = true }
    }
    var sums = [0]
    sums.reserveCapacity(tokens.count + 1)
    for mark in isMarked { sums.append(sums[sums.count - 1] + (mark ? 1 : 0)) }
    return sums
  }
}

extension Tokens {
  /// The last token that starts at an offset or before, or else the first one.
  fileprivate func last(startingUpTo offset: Int) -> Int {
    var low = 0
    var high = count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(start(middle)) <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

extension Syntax {
  /// Whether a node that ends in a bracket has it, and a body the one it begins with: recovery opens bodies without.
  fileprivate var hasBrackets: Bool {
    // The bracket at the end may be one of the last child's.
    let children = Array(children)
    let isOwn = children.last.map { $0.tokens.upperBound < tokens.upperBound } ?? true
    let last = isOwn ? tokens.last.map { tree.tokens.kinds[$0] } : nil
    switch kind {
    case .argumentList, .parameterList, .parenthesized: return last == .rightParenthesis
    case .list, .index, .dimensions, .emptyList, .listType, .listInput: return last == .rightBracket
    case .body: return last == .rightBrace && tree.tokens.kinds[tokens.lowerBound] == .leftBrace
    case .tensorLiteral, .sparseLiteral, .mapLiteral, .conditional: return last == .rightBrace
    case .sequenceType, .optionalType, .mapType: return last == .greater
    case .quotedName: return last == .quotedName || last == .quotedNameTail
    default: return true
    }
  }

  /// Whether every bracket in the node is opened and closed in it.
  fileprivate var hasBalancedBrackets: Bool {
    var open: [TokenKind] = []
    for token in tokens {
      switch tree.tokens.kinds[token] {
      case .leftParenthesis: open.append(.rightParenthesis)
      case .leftBracket: open.append(.rightBracket)
      case .leftBrace: open.append(.rightBrace)
      case .quotedNameHead: open.append(.quotedNameTail)
      case .rightParenthesis, .rightBracket, .rightBrace, .quotedNameTail:
        if open.popLast() != tree.tokens.kinds[token] { return false }
      default: break
      }
    }
    return open.isEmpty
  }
}
