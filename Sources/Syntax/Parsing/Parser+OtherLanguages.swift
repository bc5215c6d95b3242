// Spellings of other languages: each is reported with its fix and taken for what it is in Mica.

extension Parser {
  /// Whether two tokens, the second one from here on, touch: `:=` is one sign, `: =` is two.
  func isJoined(ahead offset: Int) -> Bool {
    let token = position + offset
    return token + 1 < tokens.count && tokens.end(token) == tokens.start(token + 1)
  }

  /// The place of `count` tokens from here on, and of those since token `first`.
  func place(ofNext count: Int, since first: Int? = nil) -> Place {
    let last = min(position + count, tokens.count) - 1
    return Place(file: file, range: Int(tokens.start(first ?? position))..<Int(tokens.end(max(last, position))))
  }

  /// Reports that the next `count` tokens are written `wanted` in Mica.
  ///
  /// Never inlined, as is what else reports: it would take its share of the stack from every level of the recursion.
  @inline(never)
  mutating func reportForeign(_ count: Int = 1, wanted: String, _ reason: String? = nil) {
    let place = place(ofNext: count)
    let written = Diagnostic.excerpt(source[place.range])
    report({ .foreign(written, wanted: wanted, reason, at: $0) }, at: place)
  }

  /// Reports a word that Mica does without, up to the next token, which its fix removes.
  @inline(never)
  mutating func reportNeedless(_ reason: String) {
    let place = place(ofNext: 1)
    let written = text()
    let end = position + 1 < tokens.count ? Int(tokens.start(position + 1)) : place.range.upperBound
    report({ .needless(written, reason, at: $0, upTo: end) }, at: place)
  }

  /// The operator that stands here; the words `and`, `or` and `is` where an operator may stand are taken for `&&`, `||`, `==`,
  /// and `|` for `|>` where that may be meant.
  @inline(never)
  func foreignOperator() -> TokenKind {
    if at(.or) { return atHalfPipe ? .pipe : .or }
    if atWord("and") { return .and }
    if atWord("or") { return .or }
    if atWord("is") { return .equal }
    return kind
  }

  /// Whether `|` stands here behind a pipe, before a callee, or at the end of a line.
  private var atHalfPipe: Bool {
    guard tokens.range(position).count == 1 else { return false }
    if builder.lastKind == .pipe || tokens.followsNewline(position + 1) { return true }
    switch tokens.kinds[position + 1] {
    case .endOfFile, .rightBrace, .rightParenthesis: return true
    case .identifier: break
    default: return false
    }
    // A path before its arguments or, as a label, before a colon; or an operator's name alone.
    var end = position + 2
    while [.dot, .leftBracket, .integer, .rightBracket, .identifier].contains(tokens.kinds[end]),
      !tokens.followsNewline(end)
    {
      end += 1
    }
    switch tokens.kinds[end] {
    case .leftParenthesis, .colon: return true
    default:
      let beginsAsOperator = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(source[Int(tokens.start(position + 1))])
      return beginsAsOperator && tokens.range(position + 1).count > 1
        && (tokens.followsNewline(end) || [.endOfFile, .rightBrace, .pipe, .or].contains(tokens.kinds[end]))
    }
  }

  /// Takes a binary operator, and reports it where it is a word or half of one.
  mutating func advanceOverOperator() {
    if kind == .identifier || (kind == .and || kind == .or) && tokens.range(position).count == 1 {
      reportForeignOperator()
    }
    advance()
  }

  @inline(never)
  private mutating func reportForeignOperator() {
    var meant = foreignOperator()
    switch meant {
    case .and: reportForeign(wanted: "&&")
    case .or: reportForeign(wanted: "||")
    case .pipe: reportForeign(wanted: "|>")
    case .equal where kind(ahead: 1) == .identifier && isWord(ahead: 1, among: ["not"]):
      reportForeign(2, wanted: "!=")
      meant = .notEqual
      tokens.retake(position, as: meant)
      advance()
    default: reportForeign(wanted: "==")
    }
    tokens.retake(position, as: meant)
  }

  /// Whether the word `not` stands before its operand; it is a name before anything else.
  @inline(never)
  func atForeignNot() -> Bool {
    guard atWord("not") else { return false }
    switch kind(ahead: 1) {
    case .identifier, .quotedName, .quotedNameHead, .integer, .float, .string, .bytes, .elementType, .trueKeyword,
      .falseKeyword, .noneKeyword, .dollar, .not:
      // `not and b`, `x = not if c` …: a name, and whatever follows it.
      return !isWord(ahead: 1, among: ["and", "or", "is", "where", "macs", "for", "in", "as"])
    default: return false
    }
  }

  /// Takes the `!` of a condition, or `not` for it.
  mutating func advanceOverNot() {
    if kind == .identifier {
      reportForeign(wanted: "!")
      tokens.retake(position, as: .not)
    }
    advance()
  }

  /// Takes the `let` of `let x = …`, the `def` of `def F(…)` and the like for what Mica writes there.
  ///
  /// `false` where the word is none of these.
  @inline(never)
  mutating func takeForeignStatementWord() -> Bool {
    switch text() {
    case "let", "var", "val":
      reportNeedless("a name is bound with `name = …`")
      advance()
      return true
    default: return false
    }
  }

  /// Takes `while condition { … }`, and reports what there is for it.
  @inline(never)
  mutating func parseForeignWhile(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    report(Diagnostic.whileLoop, at: here)
    advance()
    parseExpression()
    parseBody()
    finish(.error, since: mark, first: first)
  }

  /// Whether `/*` stands here.
  var atForeignComment: Bool { at(.slash) && kind(ahead: 1) == .star && isJoined(ahead: 0) }

  /// Takes the comments `/* … */` that stand here; whether there are some, and nothing behind them in their line.
  mutating func takeForeignComments() -> Bool {
    guard atForeignComment else { return false }
    while atForeignComment { takeForeignComment() }
    if atNewline || at(.endOfFile) || at(.rightBrace) { return true }
    statementStart = position
    return false
  }

  /// Takes a comment up to `*/`, or where there is none to the end of the line.
  @inline(never)
  private mutating func takeForeignComment() {
    let first = position
    var end = position + 2
    while tokens.kinds[end] != .endOfFile, tokens.kinds[end] != .star || !closesComment(end) { end += 1 }
    let isClosed = tokens.kinds[end] != .endOfFile
    if isClosed {
      end += 2
    } else {
      end = position + 2
      while tokens.kinds[end] != .endOfFile, !tokens.followsNewline(end) { end += 1 }
    }
    let range = Int(tokens.start(first))..<Int(tokens.end(end - 1))
    let text = String(decoding: source[range], as: UTF8.self)
    // What stands behind it in its last line would become a part of it.
    let endsLine = tokens.kinds[end] == .endOfFile || tokens.followsNewline(end)
    report({ .blockComment(text, at: $0, isAlone: isClosed && endsLine) }, at: Place(file: file, range: range))
    position = end
    builder.leaf(.error, first: first, end: position)
  }

  /// Whether a token is the `*` of `*/`.
  private func closesComment(_ token: Int) -> Bool {
    tokens.kinds[token + 1] == .slash && tokens.end(token) == tokens.start(token + 1)
  }

  /// Whether a word that declares functions elsewhere stands before a name.
  func atForeignBlockWord() -> Bool {
    guard at(.identifier), atNameOrReserved(ahead: 1) else { return false }
    return isWord(among: ["def", "fn", "fun", "func", "function"])
  }

  /// Whether the colon here ends the head of a statement with a body, and labels nothing: `if training:`.
  @inline(never)
  func colonEndsHead() -> Bool {
    switch kind(ahead: 1) {
    case .leftBrace, .newline, .endOfFile: break
    default: return false
    }
    guard tokens.kinds[statementStart] != .ifKeyword else { return true }
    let word = source[tokens.range(statementStart)]
    return ["repeat", "for"].contains { word.elementsEqual($0.utf8) }
  }

  /// Whether `elif` or `elseif` stands here, on this line or the next, before a condition.
  func atForeignElseIf() -> Bool {
    guard atClause("elif") || atClause("elseif") else { return false }
    switch tokens.kinds[position + 1] {
    case .assign, .comma, .colon, .dot, .leftBracket, .endOfFile: return false
    default: return true
    }
  }

  /// Takes a `;` that ends a statement.
  @inline(never)
  mutating func takeSemicolon() {
    guard at(.semicolon) else { return }
    let next = tokens.kinds[position + 1]
    let endsLine = tokens.followsNewline(position + 1) || next == .rightBrace
    let place = place(ofNext: 1)
    let indentation = String(repeating: " ", count: Int(min(tokens.indentation(statementStart), 100)))
    let end = endsLine ? place.range.upperBound : Int(tokens.start(position + 1))
    report({ .semicolon(at: $0, upTo: end, replacement: endsLine ? "" : "\n" + indentation) }, at: place)
    leaf(.error)
  }

  /// Takes `+=` for what it stands for, behind the name that it changes; `false` where no such operator stands here.
  @inline(never)
  mutating func takeCompoundAssignment(to target: Int) -> Bool {
    switch kind {
    case .plus, .minus, .star, .slash, .percent, .at, .power: break
    default: return false
    }
    guard kind(ahead: 1) == .assign, isJoined(ahead: 0) else { return false }
    let name = String(decoding: source[tokens.range(target)], as: UTF8.self)
    let sign = text()
    let place = place(ofNext: 2)
    advance()
    advance()
    let operand = position
    parseExpression()
    var edits = [Fix.Edit(place, "= \(name) \(sign)")]
    switch builder.lastKind {
    case .binary, .pipe, .conditional:
      let range = self.place(from: operand).range
      edits.append(Fix.Edit(Place(file: file, range: range.lowerBound..<range.lowerBound), "("))
      edits.append(Fix.Edit(Place(file: file, range: range.upperBound..<range.upperBound), ")"))
    default: break
    }
    report({ .compoundAssignment(name, sign, at: $0, edits: edits) }, at: place)
    return true
  }
}
