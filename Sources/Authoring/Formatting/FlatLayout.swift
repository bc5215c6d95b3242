import Syntax

/// How the tokens of a tree stand on one line: which are set apart by a blank, and how wide that makes any run of them.
///
/// Also knows which runs cannot stand on one line: those with a comment in them, and with bodies of several statements.
struct FlatLayout {
  /// Whether a blank stands before the token.
  private var hasSpace: [Bool]
  /// Whether the token is a comma before a closing bracket, which one line does without.
  private var isTrailingComma: [Bool]
  private let kinds: [TokenKind]
  /// Whether a line may end behind the token: a bracket with something in it.
  private var mayEndLine: [Bool]
  /// Where the token ends if all tokens stand on one line.
  private var ends: [Int]
  /// How many gaps up to the one before the token need a newline.
  private var lineGaps: [Int]

  /// Measures a tree in linear time.
  init(_ tree: SyntaxTree, nodes: [Syntax], mistakes: FormattingMistakes) {
    let tokens = tree.tokens
    let count = tokens.count
    kinds = tokens.kinds
    hasSpace = Array(repeating: true, count: count)
    isTrailingComma = Array(repeating: false, count: count)
    mayEndLine = Array(repeating: false, count: count)
    ends = Array(repeating: 0, count: count)
    lineGaps = Array(repeating: 0, count: count)
    for token in 0..<count {
      hasSpace[token] = token > 0 && Self.standApart(tokens.kinds[token - 1], tokens.kinds[token])
      isTrailingComma[token] = tokens.kinds[token] == .comma && tokens.kinds[token + 1].closesBracket
      if !TokenGap(before: token, in: tree).comments.isEmpty { lineGaps[token] = 1 }
    }
    for node in nodes.reversed() {
      space(node)
      for body in node.children where body.kind == .body && body.tokens.count > 2 {
        if node.kind != .graphLiteral || Self.needsLines(body, mistakes) { lineGaps[body.tokens.lowerBound + 1] = 1 }
      }
    }
    var column = 0
    for token in 0..<count {
      if token > 0 { lineGaps[token] += lineGaps[token - 1] }
      if !isTrailingComma[token] {
        column += (hasSpace[token] ? 1 : 0) + Self.columns(of: tree.source[tokens.range(token)])
      }
      ends[token] = column
    }
  }

  func hasSpace(before token: Int) -> Bool { hasSpace[token] }

  func isTrailingComma(_ token: Int) -> Bool { isTrailingComma[token] }

  /// The columns of a run of tokens on one line.
  func width(_ tokens: Range<Int>) -> Int {
    guard let last = tokens.last else { return 0 }
    let start = tokens.lowerBound > 0 ? ends[tokens.lowerBound - 1] : 0
    return ends[last] - start - (hasSpace[tokens.lowerBound] ? 1 : 0)
  }

  /// Whether a run of tokens can stand on one line, however long.
  func isFlat(_ tokens: Range<Int>) -> Bool {
    tokens.isEmpty || lineGaps[tokens.upperBound - 1] == lineGaps[tokens.lowerBound]
  }

  /// Whether the gap before the token has a comment or begins a body of several lines.
  func needsLine(before token: Int) -> Bool {
    token > 0 && lineGaps[token] != lineGaps[token - 1]
  }

  /// The columns from the end of a token to where the line may end, at the latest before the limit.
  ///
  /// Counts no further than a line is long.
  func widthToLineEnd(after token: Int, until limit: FormattingLimit) -> Int {
    var next = token
    let start = token > 0 ? ends[token - 1] : 0
    while next < limit.token {
      if needsLine(before: next) {
        // A comma stands before the comment that ends its line.
        return (next > 0 ? ends[next - 1] : 0) - start + (kinds[next] == .comma ? 1 : 0)
      }
      let width = ends[next] - start
      if mayEndLine[next] || width > FormattingStyle.columns { return width }
      next += 1
    }
    return (next > 0 ? ends[next - 1] : 0) - start + limit.extra
  }

  static func columns(of bytes: ArraySlice<UInt8>) -> Int {
    // Continuation bytes (10xxxxxx) begin no scalar.
    bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  /// Whether the body of a graph literal stands on lines of its own even where it would fit: all but a single statement.
  private static func needsLines(_ body: Syntax, _ mistakes: FormattingMistakes) -> Bool {
    let statements = Array(body.children)
    guard statements.count == 1, let statement = statements.first, !mistakes[statement] else { return true }
    switch statement.kind {
    case .returnStatement, .binding: return statement.firstChild?.kind == .annotation
    default: return true
    }
  }
}

// MARK: - Blanks

extension FlatLayout {
  /// Whether a blank stands between two tokens, wherever they are.
  private static func standApart(_ left: TokenKind, _ right: TokenKind) -> Bool {
    switch right {
    case .rightParenthesis, .rightBracket, .comma, .semicolon, .range, .quotedNameMiddle, .quotedNameTail, .tilde:
      return false
    // `0x1.a` and ``1.`a` `` would be numbers.
    case .dot: return left == .integer || left == .float
    case .colon: return left == .comma
    default: break
    }
    switch left {
    case .leftParenthesis, .leftBracket, .dot, .tilde, .dollar, .range, .quotedNameHead, .quotedNameMiddle:
      return false
    default: return true
    }
  }

  /// Sets the blanks that depend on what the tokens of a node are.
  private mutating func space(_ node: Syntax) {
    let tokens = node.tokens
    guard !tokens.isEmpty else { return }
    let first = tokens.lowerBound
    let last = tokens.upperBound - 1
    switch node.kind {
    case .unary, .spread: if first < last { hasSpace[first + 1] = false }
    case .annotation:
      if first < last { hasSpace[first + 1] = false }
      if let list = node.child(.argumentList) { hasSpace[list.tokens.lowerBound] = false }
    case .argumentList:
      openList(first, last)
    case .call:
      if let list = node.child(.argumentList) { hasSpace[list.tokens.lowerBound] = false }
    case .parameterList:
      openList(first, last)
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration:
      if let list = node.child(.parameterList), !list.tokens.isEmpty { hasSpace[list.tokens.lowerBound] = false }
    case .resultList:
      if first < last, node.tree.tokens.kinds[first + 1] == .leftParenthesis { openList(first + 1, last) }
    case .list, .parenthesized:
      openList(first, last)
    case .listInput:
      mayEndLine[first + 1] = node.tree.tokens.kinds[first + 1] == .leftParenthesis
    case .index:
      if let base = node.firstChild { hasSpace[base.tokens.upperBound] = false }
    case .dimensions:
      hasSpace[first] = false
    case .parameter, .target:
      // The star of `*rest`.
      if let name = node.children.first(where: { $0.kind != .annotation }), name.tokens.lowerBound > first,
        node.tree.tokens.kinds[name.tokens.lowerBound - 1] == .star
      {
        hasSpace[name.tokens.lowerBound] = false
      }
    case .namedArgument:
      if let name = node.firstChild, name.tokens.upperBound < last {
        hasSpace[name.tokens.upperBound] = false
        hasSpace[name.tokens.upperBound + 1] = false
      }
    case .slice:
      for token in tokens where node.tree.tokens.kinds[token] == .colon && isColon(token, of: node) {
        if token < last { hasSpace[token + 1] = false }
      }
    case .sequenceType, .optionalType, .mapType:
      guard first + 2 <= last else { break }
      hasSpace[first + 1] = false
      hasSpace[first + 2] = false
      hasSpace[last] = false
    case .tensorLiteral, .sparseLiteral:
      if let type = node.firstChild, type.tokens.upperBound <= last {
        hasSpace[type.tokens.upperBound] = false
        tightenBraces(type.tokens.upperBound, last)
      }
    case .mapLiteral:
      tightenBraces(first, last)
    case .body:
      if tokens.count == 2 { hasSpace[last] = false } else { mayEndLine[first] = true }
    case .conditional:
      if let condition = node.firstChild, condition.tokens.upperBound <= last {
        mayEndLine[condition.tokens.upperBound] = true
      }
    default: break
    }
  }

  private mutating func openList(_ first: Int, _ last: Int) {
    mayEndLine[first] = last > first + 1
  }

  private mutating func tightenBraces(_ open: Int, _ close: Int) {
    if open < close { hasSpace[open + 1] = false }
    hasSpace[close] = false
    openList(open, close)
  }

  /// Whether a colon is the slice's own, and not one in its bounds.
  private func isColon(_ token: Int, of slice: Syntax) -> Bool {
    !slice.children.contains { $0.tokens.contains(token) }
  }
}

/// Where a line that is being written ends at the latest: before a token, and what is put there besides tokens.
struct FormattingLimit {
  var token: Int
  /// The columns of a comma that no token stands for.
  var extra = 0
}

extension TokenKind {
  var closesBracket: Bool { self == .rightParenthesis || self == .rightBracket || self == .rightBrace }
  var opensBracket: Bool { self == .leftParenthesis || self == .leftBracket || self == .leftBrace }
}
