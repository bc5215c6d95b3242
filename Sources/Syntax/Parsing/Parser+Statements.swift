// Statements: what stands in a body.

extension Parser {
  /// `{ … }`.
  mutating func parseBody(of parse: (inout Parser) -> Void = { $0.parseStatement() }) {
    let mark = builder.mark
    let first = position
    if at(.colon) { takeColonBeforeBody() }
    guard take(.leftBrace) || expectsBrace() else {
      parseIndentedBody(of: parse)
      finish(.body, since: mark, first: first)
      return
    }
    let opening = position - 1
    let isClosed = brackets.closing(of: opening) != nil
    let outerStart = statementStart
    enclosed(newlines: .end) { parser in
      while !parser.at(.rightBrace), !parser.at(.endOfFile) {
        let before = parser.position
        parser.statementStart = before
        if parser.atDeclarationInColumnZero || !isClosed && parser.hasReturned(toHeadOf: opening) { break }
        parse(&parser)
        parser.takeSemicolon()
        _ = parser.takeForeignComments()
        if parser.position > before, parser.tokens.kinds[parser.position - 1] == .semicolon { continue }
        // A line that goes on with an operator is none of its own, though a statement could begin like it.
        let endsLine = parser.at(.newline) || parser.atNewline && parser.position == parser.statementStart
        if !endsLine, !parser.at(.rightBrace), !parser.at(.endOfFile) {
          parser.reportMissing("a new line", in: "after a statement")
          parser.skipToNextStatement()
        }
        if parser.position == before { parser.leaf(.error) }
      }
      parser.statementStart = outerStart
      if !isClosed, parser.brackets.opening(of: parser.position) != nil {
        parser.reportMissingBrace()
      } else {
        parser.expect(.rightBrace, "`}`", in: "after the body")
      }
    }
    finish(.body, since: mark, first: first)
  }

  /// A body without its opening brace: the lines that are indented further than the statement, and a brace behind them.
  @inline(never)
  private mutating func parseIndentedBody(of parse: (inout Parser) -> Void) {
    guard newlines == .end, atNewline, !at(.endOfFile) else { return }
    let indentation = tokens.indentation(statementStart)
    guard tokens.indentation(position) > indentation else { return }
    enclosed(newlines: .end) { parser in
      while parser.atNewline, !parser.at(.endOfFile), parser.tokens.indentation(parser.position) > indentation {
        let before = parser.position
        parser.statementStart = before
        parse(&parser)
        if !parser.atNewline { parser.skipToNextStatement() }
        if parser.position == before { parser.leaf(.error) }
      }
    }
    if atNewline, tokens.kinds[position] == .rightBrace, tokens.indentation(position) == indentation { advance() }
  }

  /// Reports that a body is not closed, where the brace here is another one's.
  @inline(never)
  private mutating func reportMissingBrace() {
    let end = Int(tokens.end(position - 1))
    let found = atNewline ? "a new line" : self.found
    report(
      { .expected("`}`", in: "after the body", found: found, at: $0) }, at: Place(file: file, range: end..<end))
  }

  /// Whether the line here is indented no further than the inner statement that the brace belongs to.
  private func hasReturned(toHeadOf token: Int) -> Bool {
    let head = brackets.headIndentation(of: token)
    return atNewline && head > 0 && tokens.indentation(position) <= head
  }

  /// Takes the colon that a body begins with elsewhere.
  @inline(never)
  private mutating func takeColonBeforeBody() {
    let bracesFollow = kind(ahead: 1) == .leftBrace
    report({ .colonBeforeBody(at: $0, bracesFollow: bracesFollow) }, at: here)
    leaf(.error)
  }

  /// Reports that the brace of a body is missing, unless the colon in its place was reported.
  @inline(never)
  private mutating func expectsBrace() -> Bool {
    if position == 0 || tokens.kinds[position - 1] != .colon {
      reportMissing("`{`", in: "before the body")
    }
    return takeBraceOfLine()
  }

  /// Takes the brace that stands further on in the line, behind a mistake in what comes before the body.
  private mutating func takeBraceOfLine() -> Bool {
    var brace = position
    while tokens.kinds[brace] != .endOfFile, brace == position ? kind != .newline : !tokens.followsNewline(brace) {
      if tokens.kinds[brace] == .leftBrace {
        skip { $0.position >= brace }
        return take(.leftBrace)
      }
      brace = (brackets.closing(of: brace) ?? brace) + 1
    }
    return false
  }

  /// Whether a declaration's keyword stands at the very start of a line: then the body around it was never closed.
  private var atDeclarationInColumnZero: Bool {
    guard atNewline, tokens.indentation(position) == 0 else { return false }
    return atKeyword("model") || atKeyword("block") || atKeyword("operator") || atKeyword("recipe") || atKeyword("use")
      || atKeyword("import")
  }

  /// Reads a statement as if there were none like it.
  mutating func parseNewStatement() {
    if takeForeignComments() { return }
    let mark = builder.mark
    let first = position
    parseAnnotations()
    if position > first, atDeclarationInColumnZero {
      reportMissing("a statement", in: "after the annotation")
      finish(.error, since: mark, first: first)
      return
    }
    if at(.identifier), parseKeywordStatement(since: mark, first: first) { return }
    switch kind {
    case .ifKeyword: parseIf(since: mark, first: first)
    case .returnKeyword: parseReturn(since: mark, first: first)
    default: parseBinding(since: mark, first: first)
    }
  }

  /// Parses a statement that begins with a contextual keyword; `false` where the word is a name.
  private mutating func parseKeywordStatement(since mark: SyntaxTreeBuilder.Mark, first: Int) -> Bool {
    let next = kind(ahead: 1)
    guard tokens.mayBeKeyword(position), next != .assign, next != .comma else { return false }
    let nameFollows = atNameOrReserved(ahead: 1)
    switch text() {
    case "param" where nameFollows:
      parseParameterStatement(.parameterStatement, since: mark, first: first)
    case "buffer" where nameFollows:
      parseParameterStatement(.bufferStatement, since: mark, first: first)
    case "const" where nameFollows:
      parseConst(since: mark, first: first)
    case "layer" where nameFollows:
      advance()
      parsePath("an instance's name")
      if expect(.assign, "`=`", in: "after the instance's name") { parseExpression() }
      finish(.layerStatement, since: mark, first: first)
    case "repeat" where nameFollows || next == .underscore:
      parseRepeat(since: mark, first: first)
    case "scope" where nameFollows:
      advance()
      parsePath("a path")
      parseBody()
      finish(.scopeStatement, since: mark, first: first)
    case "for" where nameFollows || next == .underscore:
      reportForeign(wanted: "repeat")
      parseRepeat(since: mark, first: first)
    case "while" where next != .newline && next != .endOfFile && next.beginsRequirement:
      parseForeignWhile(since: mark, first: first)
    case "weights" where next.isNoFile:
      advance()
      reportMissing("the name of a file in quotes", in: "after `weights`")
      skipToNextStatement()
      finish(.error, since: mark, first: first)
    case "weights" where next == .string:
      advance()
      leaf(.string)
      if at(.leftParenthesis) { parseArguments() }
      finish(.weightsStatement, since: mark, first: first)
    case "require" where next.beginsRequirement:
      advance()
      parseExpression()
      if take(.comma) {
        if at(.string) {
          leaf(.string)
        } else {
          reportMissing("a reason in quotes", in: "after the requirement")
        }
      }
      finish(.requireStatement, since: mark, first: first)
    default:
      // `let x = …`: what follows is the statement.
      if nameFollows, takeForeignStatementWord() { parseBinding(since: mark, first: first) } else { return false }
    }
    return true
  }

  /// `param weight: f32[out, in] = zeros if bias`.
  private mutating func parseParameterStatement(
    _ statement: SyntaxKind, since mark: SyntaxTreeBuilder.Mark, first: Int
  ) {
    advance()
    parsePath("a name")
    if expect(.colon, "`:` and a type", in: "after the name") { parseType() }
    if at(.assign) { parseDefault() }
    if at(.ifKeyword) {
      let mark = builder.mark
      let first = position
      advance()
      parseExpression()
      finish(.condition, since: mark, first: first)
    }
    finish(statement, since: mark, first: first)
  }

  /// `const k: i64[2] = [0, -1]`.
  private mutating func parseConst(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    parseName("a name", in: "after `const`")
    if expect(.colon, "`:` and a type", in: "after the name") { parseType() }
    if expect(.assign, "`=` and a value", in: "after the type") { parseExpression() }
    finish(.constStatement, since: mark, first: first)
  }

  /// `repeat i in 0..<n { … }`.
  private mutating func parseRepeat(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    repeat {
      if at(.underscore) { leaf(.discard) } else { parseName("a name", in: "after `repeat`") }
    } while take(.comma)
    if atWord("in") {
      advance()
      parseRange()
    } else {
      reportMissing("`in`", in: "after the names")
    }
    parseBody()
    finish(.repeatStatement, since: mark, first: first)
  }

  /// `0..<n`, or any expression.
  mutating func parseRange() {
    let mark = builder.mark
    let first = position
    parseExpression()
    if at(.range) || at(.ellipsis) {
      let spelling = source[tokens.range(position)]
      if !spelling.elementsEqual("..<".utf8) { reportRangeSpelling() }
      advance()
      parseExpression()
      finish(.range, since: mark, first: first)
    }
  }

  @inline(never)
  private mutating func reportRangeSpelling() {
    let written = text()
    report({ .rangeSpelling(written, at: $0) }, at: here)
  }

  private mutating func parseIf(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    parseExpression()
    parseBody()
    if atForeignElseIf() {
      reportForeign(wanted: "else if")
      let mark = builder.mark
      let first = position
      nested { $0.parseIf(since: mark, first: first) }
    } else if take(.elseKeyword) {
      if at(.ifKeyword) {
        let mark = builder.mark
        let first = position
        nested { $0.parseIf(since: mark, first: first) }
      } else {
        parseBody()
      }
    }
    finish(.ifStatement, since: mark, first: first)
  }

  private mutating func parseReturn(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    if !at(.newline), !at(.rightBrace), !at(.endOfFile) {
      repeat {
        parseSpreadOrExpression()
      } while take(.comma)
    }
    finish(.returnStatement, since: mark, first: first)
  }

  /// `a, *rest = expression`, `y: f32[N] = expression`.
  private mutating func parseBinding(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    guard beginsTarget else {
      reportMissing("a statement", in: "here")
      skipToNextStatement()
      finish(.error, since: mark, first: first)
      return
    }
    parseTarget()
    while take(.comma) {
      parseTarget()
    }
    if take(.assign) {
      parseExpression()
    } else if at(.equal) {
      reportMissing("`=`", in: "after the names", fixes: [Fix("Replace by `=`", [Fix.Edit(here, "=")])])
      advance()
      parseExpression()
    } else {
      if position != first + 1 || !takeCompoundAssignment(to: first) {
        report(Diagnostic.bareExpression, at: place(from: first))
        skipToNextStatement()
      }
      return finish(.error, since: mark, first: first)
    }
    finish(.binding, since: mark, first: first)
  }

  private var beginsTarget: Bool {
    if atName || at(.underscore) || at(.star) || atAnnotatedTarget { return true }
    guard kind.isReservedWord else { return false }
    switch kind(ahead: 1) {
    case .assign, .equal, .comma, .colon: return true
    default: return false
    }
  }

  /// Whether a name stands here in parentheses with annotations of its own: `(@name("v") y) = …`.
  private var atAnnotatedTarget: Bool { at(.leftParenthesis) && annotationFollows }

  private mutating func parseTarget() {
    let mark = builder.mark
    let first = position
    if atAnnotatedTarget {
      advance()
      enclosed { parser in
        parser.parseAnnotations()
        parser.parseTargetName()
        parser.expect(.rightParenthesis, "`)`", in: "after the name")
      }
      return finish(.target, since: mark, first: first)
    }
    parseAnnotations()
    // Then the annotation stands before nothing.
    if position > first, atDeclarationInColumnZero { statementStart = first }
    parseTargetName()
    finish(.target, since: mark, first: first)
  }

  private mutating func parseTargetName() {
    _ = take(.star)
    if at(.underscore) {
      leaf(.discard)
    } else {
      parseName("a name", in: "before `=`")
    }
    if at(.colon), kind(ahead: 1) == .assign, isJoined(ahead: 0) {
      reportForeign(2, wanted: "=")
      advance()
    } else if take(.colon) {
      parseType()
    }
  }
}
