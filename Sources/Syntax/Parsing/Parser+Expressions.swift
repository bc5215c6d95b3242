// Expressions, by precedence climbing.

/// How tightly a binary operator binds, from loose to tight; `**` and what binds tighter is in `parsePower`.
private enum Precedence: Int {
  case pipe, or, and, comparison, sum, product

  init?(_ kind: TokenKind) {
    switch kind {
    case .pipe: self = .pipe
    case .or: self = .or
    case .and: self = .and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: self = .comparison
    case .plus, .minus: self = .sum
    case .star, .slash, .percent, .at: self = .product
    default: return nil
    }
  }
}

extension Parser {
  mutating func parseExpression() {
    parseBinary(atLeast: .pipe, labels: true)
  }

  /// An expression in a subscript, where a colon makes a slice and no label.
  mutating func parseSubscriptExpression() {
    parseBinary(atLeast: .pipe, labels: false)
  }

  /// `expression`, or `*list`.
  mutating func parseSpreadOrExpression() {
    guard at(.star) else { return parseExpression() }
    let mark = builder.mark
    let first = position
    advance()
    parseExpression()
    finish(.spread, since: mark, first: first)
  }

  private mutating func parseBinary(atLeast minimum: Precedence, labels: Bool) {
    let mark = builder.mark
    let first = position
    parsePrefix(minimum, labels: labels)
    while let precedence = Precedence(kind == .identifier || kind == .or ? foreignOperator() : kind),
      precedence.rawValue >= minimum.rawValue, kind != .slash || !atForeignComment, mayGrow()
    {
      let isComparison = precedence == .comparison
      advanceOverOperator()
      if precedence == .pipe {
        parsePostfix(labels: labels)
        finish(.pipe, since: mark, first: first)
        if let next = Precedence(kind == .or ? foreignOperator() : kind), next != .pipe {
          report(Diagnostic.operatorBehindPipe, at: here)
        }
        continue
      }
      // Operators are left-associative: the right side binds one step tighter.
      if let tighter = Precedence(rawValue: precedence.rawValue + 1) {
        parseBinary(atLeast: tighter, labels: labels)
      } else {
        parseUnary(labels: labels)
      }
      finish(.binary, since: mark, first: first)
      if isComparison, Precedence(kind) == .comparison {
        report(Diagnostic.chainedComparison, at: here)
      }
    }
  }

  /// `!` binds looser than comparisons and tighter than `&&`.
  private mutating func parsePrefix(_ minimum: Precedence, labels: Bool) {
    if minimum.rawValue <= Precedence.comparison.rawValue, at(.not) || kind == .identifier && atForeignNot() {
      let mark = builder.mark
      let first = position
      advanceOverNot()
      nested { $0.parseBinary(atLeast: .comparison, labels: labels) }
      finish(.unary, since: mark, first: first)
    } else {
      parseUnary(labels: labels)
    }
  }

  private mutating func parseUnary(labels: Bool) {
    guard at(.minus) || at(.not) else { return parsePower(labels: labels) }
    let mark = builder.mark
    let first = position
    advance()
    nested { $0.parseUnary(labels: labels) }
    finish(.unary, since: mark, first: first)
  }

  /// `a ** b`, right-associative; its right side may have a sign.
  private mutating func parsePower(labels: Bool) {
    let mark = builder.mark
    let first = position
    parsePostfix(labels: labels)
    if at(.power) {
      advance()
      nested { $0.parseUnary(labels: labels) }
      finish(.binary, since: mark, first: first)
    }
  }

  /// A primary with what follows it: `.name`, `[…]`, `(…)`, `~overload`; a path with a colon is a label.
  private mutating func parsePostfix(labels: Bool) {
    let mark = builder.mark
    let first = position
    if labels, kind.isReservedWord, kind(ahead: 1) == .colon, atName(ahead: 2) {
      parseName("a label", in: "here")
    } else {
      parsePrimary()
    }
    if at(.leftBracket), kind(ahead: 1) == .rightBracket, lastNamesElements { takeEmptyList(since: mark, first: first) }
    var isPath = lastBeginsPath
    while true {
      switch kind {
      case .leftParenthesis:
        guard mayGrow() else { return }
        parseArguments()
        finish(.call, since: mark, first: first)
        isPath = false
      case .colon where labels && (isPath && !colonEndsHead() || atName(ahead: 1)):
        guard mayGrow() else { return }
        if !isPath { report(Diagnostic.misplacedLabel, at: place(from: first)) }
        advance()
        parseLabelled()
        finish(.label, since: mark, first: first)
        isPath = false
      default:
        guard parsePathSegment(since: mark, first: first) else { return }
      }
    }
  }

  /// Whether the name that was just parsed says what an empty list would hold.
  private var lastNamesElements: Bool {
    builder.lastKind == .name
      && isWord(ahead: -1, among: ["ints", "floats", "strings", "tensors", "graphs", "types", "sparse_tensors"])
  }

  /// Parses `[]` behind the kind of its elements.
  private mutating func takeEmptyList(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    advance()
    finish(.emptyList, since: mark, first: first)
  }

  /// Whether what was just parsed can begin a label's path: a name, or the `[0]` of a sequence.
  private var lastBeginsPath: Bool {
    switch builder.lastKind {
    case .name, .quotedName: true
    case .list: builder.lastHasOneExpression && (position < 2 || tokens.kinds[position - 2] != .comma)
    default: false
    }
  }

  /// The callee behind a label's colon, with its arguments if it has some.
  private mutating func parseLabelled() {
    let mark = builder.mark
    let first = position
    guard atName else {
      reportMissing("a block or an operator", in: "behind the label")
      empty(.omitted)
      return
    }
    parsePath("a block or an operator")
    if at(.leftParenthesis) {
      parseArguments()
      finish(.call, since: mark, first: first)
    }
  }

  /// `[a, 0:2, ..., none]`.
  mutating func parseIndex(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    if at(.rightBracket) { reportMissing("an index", in: "in the subscript") }
    parseElements(until: .rightBracket, in: "in the subscript") { $0.parseSubscriptItem() }
    finish(.index, since: mark, first: first)
  }

  private mutating func parseSubscriptItem() {
    if at(.ellipsis) { return leaf(.ellipsis) }
    let mark = builder.mark
    let first = position
    if at(.colon) {
      empty(.omitted)
    } else {
      parseSubscriptExpression()
    }
    guard take(.colon) else { return }
    parseSliceBound()
    if take(.colon) { parseSliceBound() }
    finish(.slice, since: mark, first: first)
  }

  private mutating func parseSliceBound() {
    if at(.colon) || at(.comma) || at(.rightBracket) {
      empty(.omitted)
    } else {
      parseSubscriptExpression()
    }
  }
}
