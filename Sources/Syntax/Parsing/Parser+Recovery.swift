// Recovery: what the parser skips where tokens fit nowhere.

extension Parser {
  /// Skips up to the token that `ends` or the end of the file, into an error node; bracketed groups as a whole.
  mutating func skip(until ends: (borrowing Parser) -> Bool) {
    let first = position
    while tokens.kinds[position] != .endOfFile, !ends(self) {
      if let close = brackets.closing(of: position) { position = close }
      advance()
    }
    if position > first { builder.leaf(.error, first: first, end: position) }
  }

  /// Skips up to the end of the statement: a new line, or a brace that closes the body around.
  mutating func skipToNextStatement() {
    skip { parser in
      let endsLine =
        parser.atNewline && parser.position != parser.statementStart && !parser.continuesLine(parser.position)
      return endsLine || parser.tokens.kinds[parser.position] == .rightBrace
    }
  }

  /// Skips inside brackets, up to a comma, a closing bracket or a new line.
  mutating func skipToNextElement() {
    let first = position
    skip { parser in
      switch parser.kind {
      case .comma, .semicolon, .rightParenthesis, .rightBracket, .rightBrace, .quotedNameMiddle, .quotedNameTail,
        .newline:
        true
      default: parser.atNewline && parser.position > first
      }
    }
  }

  /// Parses elements between commas up to and including the closing bracket; a trailing comma is fine.
  ///
  /// The opening bracket was taken last. Unclosed, it closes at a newline that no comma precedes.
  ///
  /// - Parameter rule: what newlines do in the list, where that is not told by whether it is closed.
  mutating func parseElements(
    until close: TokenKind, in context: String, newlines rule: NewlineRule? = nil, _ parse: (inout Parser) -> Void
  ) {
    let bracket = close == .rightParenthesis ? "`)`" : close == .rightBracket ? "`]`" : "`}`"
    enclosed(newlines: rule) { parser in
      var hasMissedComma = false
      while !parser.at(close), !parser.at(.newline), !parser.at(.endOfFile) {
        // `model m(x: f32[N] -> …` has all its parameters.
        if parser.tokens.kinds[parser.position] == .arrow { break }
        // `block B( {` has a body.
        if parser.newlines == .end, parser.at(.leftBrace) { break }
        let before = parser.position
        parse(&parser)
        if parser.at(close) || parser.at(.arrow) { break }
        if parser.take(.comma) { continue }
        parser.reportMissing("`,` or \(bracket)", in: context)
        if parser.atNewline {
          guard parser.position > before, parser.isIndented else { return }
          continue
        }
        // `y: f32[N = x` still binds, `block B(x: T[N] {` has a body, and `-> (y: T[N] where N > 1` a condition.
        if parser.newlines != .space,
          parser.at(.assign) || parser.at(.leftBrace) || parser.atWord("where")
        {
          return
        }
        // A list that is closed further on most likely lacks a comma here, or has another sign for it.
        if parser.newlines == .space, parser.position > before, !hasMissedComma {
          hasMissedComma = true
          if parser.take(.semicolon) || parser.beginsElement { continue }
        }
        parser.skipStrayBracket()
        parser.skipToNextElement()
        guard parser.take(.comma) || parser.at(close) else { return }
      }
      parser.expect(close, bracket, in: context)
    }
  }

  /// Skips a closing bracket that nothing opens.
  private mutating func skipStrayBracket() {
    switch tokens.kinds[position] {
    case .rightParenthesis, .rightBracket, .rightBrace:
      if brackets.opening(of: position) == nil { leaf(.error) }
    default: break
    }
  }

  /// Whether the current token begins an element and cannot go on with another one.
  private var beginsElement: Bool {
    switch kind {
    case .identifier, .quotedName, .quotedNameHead, .integer, .float, .string, .bytes, .elementType, .noneKeyword,
      .trueKeyword, .falseKeyword:
      true
    default: false
    }
  }

  /// Whether the line here belongs to the statement by its indentation, inside a bracket that is closed further on.
  private var isIndented: Bool {
    newlines == .space && tokens.indentation(position) > tokens.indentation(statementStart)
  }
}
