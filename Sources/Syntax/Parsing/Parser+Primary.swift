// Primaries: names, literals, brackets; and the arguments of calls.

extension Parser {
  mutating func parsePrimary() {
    switch kind {
    case .identifier:
      parseWord()
    case .quotedName, .quotedNameHead:
      parseName("a name", in: "here")
    case .underscore: leaf(.discard)
    case .integer: leaf(.integer)
    case .float: leaf(.float)
    case .string: leaf(.string)
    case .bytes: leaf(.bytes)
    case .trueKeyword, .falseKeyword: leaf(.boolean)
    case .noneKeyword: leaf(.none)
    case .elementType: parseElementType()
    case .leftBracket: parseList()
    case .leftParenthesis: parseParenthesized()
    case .ifKeyword: parseConditional()
    case .dollar: parseWeightReference()
    default:
      reportMissing("an expression", in: "here")
      empty(.omitted)
    }
  }

  /// A name, or the `sparse` and `type` of a literal.
  private mutating func parseWord() {
    let mark = builder.mark
    let first = position
    let next = kind(ahead: 1)
    if next == .elementType, kind(ahead: 2) == .leftBracket, atWord("sparse") {
      advance()
      parseType()
      if expect(.leftBrace, "`{`", in: "before the elements") {
        parseElements(until: .rightBrace, in: "in the literal") { $0.parseMapEntry() }
      }
      finish(.sparseLiteral, since: mark, first: first)
    } else if next == .elementType || next == .identifier || next == .question, atWord("type") {
      advance()
      parseType()
      finish(.typeLiteral, since: mark, first: first)
    } else {
      leaf(.name)
    }
  }

  /// `f32` as a value, or the tensor `f32[2]{0.1, 0.2}`.
  private mutating func parseElementType() {
    guard kind(ahead: 1) == .leftBracket else { return leaf(.elementType) }
    let mark = builder.mark
    let first = position
    parseType()
    if expect(.leftBrace, "`{` and elements", in: "after the tensor's type") {
      parseElements(until: .rightBrace, in: "in the literal") { $0.parseExpression() }
    }
    finish(.tensorLiteral, since: mark, first: first)
  }

  mutating func parseList() {
    let mark = builder.mark
    let first = position
    advance()
    parseElements(until: .rightBracket, in: "in the list") { parser in
      if parser.at(.leftBrace) || parser.atGraphParameters {
        parser.parseGraphLiteral()
      } else if parser.at(.ellipsis) {
        parser.leaf(.ellipsis)
      } else {
        parser.parseSpreadOrExpression()
      }
    }
    finish(.list, since: mark, first: first)
  }

  private mutating func parseParenthesized() {
    let mark = builder.mark
    let first = position
    advance()
    enclosed { parser in
      parser.parseExpression()
      parser.expect(.rightParenthesis, "`)`", in: "after the expression")
    }
    finish(.parenthesized, since: mark, first: first)
  }

  /// `if c { a } else { b }`.
  private mutating func parseConditional() {
    let mark = builder.mark
    let first = position
    advance()
    parseExpression()
    parseChoice("the first choice")
    if take(.elseKeyword) {
      if at(.ifKeyword) {
        nested { $0.parseConditional() }
      } else {
        parseChoice("the second choice")
      }
    } else {
      reportMissing("`else`", in: "after the first choice")
    }
    finish(.conditional, since: mark, first: first)
  }

  /// Parses `{ expression }`.
  private mutating func parseChoice(_ what: String) {
    guard expect(.leftBrace, "`{`", in: "before \(what)") else { return }
    enclosed { parser in
      parser.parseExpression()
      parser.expect(.rightBrace, "`}`", in: "after \(what)")
    }
  }

  /// `$name`, `` $`any name` ``.
  private mutating func parseWeightReference() {
    let mark = builder.mark
    let first = position
    advance()
    parseName("a tensor's name", in: "behind `$`")
    finish(.weightReference, since: mark, first: first)
  }
}

// MARK: - Arguments

extension Parser {
  mutating func parseArguments() {
    let mark = builder.mark
    let first = position
    advance()
    parseElements(until: .rightParenthesis, in: "in the arguments") { $0.parseArgument() }
    finish(.argumentList, since: mark, first: first)
  }

  private mutating func parseArgument() {
    let mark = builder.mark
    let first = position
    if kind(ahead: 1) == .assign, atArgumentName {
      leaf(at(.quotedName) ? .quotedName : .name)
    } else if let close = brackets.closing(of: position), at(.quotedNameHead), tokens.kinds[close + 1] == .assign {
      parseName("a name", in: "here")
    } else if at(.identifier), kind(ahead: 1) == .colon, kind(ahead: 2).beginsConfiguration {
      // `kernel_size: 3` for `kernel_size=3`.
      let name = text()
      leaf(.name)
      let next = position + 1
      let end = tokens.followsNewline(next) ? tokens.end(position) : tokens.start(next)
      let gap = Place(file: file, range: Int(tokens.start(position))..<Int(end))
      report({ .colonForEquals(name: name, gap: gap, at: $0) }, at: here)
    } else {
      return parseSpreadOrExpression()
    }
    advance()
    parseArgumentValue()
    finish(.namedArgument, since: mark, first: first)
  }

  /// What may stand behind an argument's equals sign.
  private mutating func parseArgumentValue() {
    if at(.leftBrace), kind(ahead: 1) == .string || kind(ahead: 1) == .rightBrace {
      parseMap()
    } else if atNewline, at(.returnKeyword) || at(.identifier) && kind(ahead: 1) == .assign {
      parseGraphWithoutBrace()
    } else {
      parseExpressionOrGraph()
    }
  }

  mutating func parseExpressionOrGraph() {
    if at(.leftBrace) || atGraphParameters { parseGraphLiteral() } else { parseExpression() }
  }

  /// The lines of a graph literal whose `{` is missing, and the brace behind them.
  @inline(never)
  private mutating func parseGraphWithoutBrace() {
    let mark = builder.mark
    let first = position
    let indentation = tokens.indentation(position)
    reportMissing("`{`", in: "before the lines of a graph")
    enclosed(newlines: .end) { parser in
      while parser.atNewline, !parser.at(.rightBrace), !parser.at(.endOfFile),
        parser.tokens.indentation(parser.position) >= indentation
      {
        let before = parser.position
        parser.statementStart = before
        parser.parseStatement()
        if !parser.atNewline { parser.skipToNextStatement() }
        if parser.position == before { parser.leaf(.error) }
      }
    }
    if tokens.kinds[position] == .rightBrace, brackets.opening(of: position) == nil { advance() }
    finish(.body, since: mark, first: first)
    finish(.graphLiteral, since: mark, first: first)
  }

  /// Any word may name an argument: ONNX has attributes called `to` and `else_branch`.
  private var atArgumentName: Bool {
    switch kind {
    case .identifier, .quotedName, .elementType, .ifKeyword, .elseKeyword, .returnKeyword, .noneKeyword, .trueKeyword,
      .falseKeyword:
      true
    default: false
    }
  }

  /// `{"a": b}`.
  private mutating func parseMap() {
    let mark = builder.mark
    let first = position
    advance()
    parseElements(until: .rightBrace, in: "in the map") { $0.parseMapEntry() }
    finish(.mapLiteral, since: mark, first: first)
  }

  mutating func parseMapEntry() {
    let mark = builder.mark
    let first = position
    parseSubscriptExpression()
    if expect(.colon, "`:` and a value", in: "after the key") { parseExpression() }
    finish(.mapEntry, since: mark, first: first)
  }

  /// Whether the parenthesis here opens the parameters of a graph literal: a brace follows the one that closes it.
  var atGraphParameters: Bool {
    guard at(.leftParenthesis), let close = brackets.closing(of: position) else { return false }
    return tokens.kinds[close + 1] == .leftBrace && !tokens.followsNewline(close + 1)
  }

  /// `{ return a + b }`, `(i: i64[]) { … }`.
  mutating func parseGraphLiteral() {
    let mark = builder.mark
    let first = position
    if at(.leftParenthesis) { parseParameterList() }
    parseBody()
    finish(.graphLiteral, since: mark, first: first)
  }
}
