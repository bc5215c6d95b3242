/// A recursive-descent parser with recovery by statement.
///
/// The grammar is grammar/mica.ebnf. Parsing never fails: where a token is missing, the parser says so once and goes on
/// as if it were there; where tokens fit nowhere, they end up in an `error` node.
struct Parser {
  let source: [UInt8]
  let file: UInt32
  var tokens: Tokens
  let brackets: BracketPairs
  var builder: SyntaxTreeBuilder
  var position = 0 { didSet { kind = kind(ahead: 0) } }
  var newlines = NewlineRule.end { didSet { kind = kind(ahead: 0) } }
  /// Where the current statement, or what its annotations stand before, begins: the newline before it ends nothing.
  var statementStart = 0 { didSet { kind = kind(ahead: 0) } }
  /// The current token's kind, or `newline` where the statement ends before it.
  ///
  /// Kept, for it is asked for all the time.
  private(set) var kind = TokenKind.endOfFile
  private var diagnostics: [Diagnostic] = []
  /// The token at which the last problem was reported: one problem a place is enough.
  private var lastProblem = -1
  /// The bounds of the tokens that the lexer could not read: it has said so, and what is missed there is their fault.
  private var unreadable: Set<Int> = []
  /// Where the last tokens that are part of no declaration end: those that follow them were told with them.
  var strayEnd = -1
  private var depth = 0
  /// Nested constructs beyond this depth are an error: the stack is finite.
  private static let maximumDepth = 100
  /// Chains such as `a + b + …` beyond this length are an error: whoever walks the tree has a finite stack too.
  private static let maximumHeight = 500

  /// What a newline does.
  enum NewlineRule {
    /// It ends the statement, as in a body.
    case end
    /// Nothing, as inside `(…)` and `[…]`.
    case space
    /// It ends the statement where the indentation returns to the statement's, as inside a bracket that nobody closes.
    case endAtIndentation
  }

  static func parse(_ source: [UInt8], file: UInt32) -> SyntaxTree {
    run(source, file: file) { $0.parseFile() }
  }

  /// Parses a text that is one expression and nothing else.
  static func parseExpression(_ source: [UInt8], file: UInt32) -> SyntaxTree {
    run(source, file: file) { parser in
      let mark = parser.builder.mark
      parser.parseExpression()
      if !parser.at(.endOfFile) {
        parser.reportMissing("the end", in: "after the expression")
        parser.skip { _ in false }
      }
      parser.finish(.file, since: mark, first: 0)
    }
  }

  private static func run(_ source: [UInt8], file: UInt32, _ parse: (inout Parser) -> Void) -> SyntaxTree {
    if let notText = NotText(source) { return SyntaxTree(notText, source, file: file) }
    let (tokens, problems) = Lexer.lex(source)
    var parser = Parser(source: source, file: file, tokens: tokens)
    parser.diagnostics = problems.map { Diagnostic.spelling($0, file: file, source: source) }
    for problem in problems where problem.kind.hidesToken {
      parser.unreadable.formUnion([problem.range.lowerBound, problem.range.upperBound])
    }
    parse(&parser)
    return SyntaxTree(
      file: file, source: source, tokens: parser.tokens,
      diagnostics: parser.diagnostics.sorted { $0.place.range.lowerBound < $1.place.range.lowerBound },
      nodes: parser.builder.nodes)
  }

  init(source: [UInt8], file: UInt32, tokens: Tokens) {
    self.source = source
    self.file = file
    self.tokens = tokens
    brackets = BracketPairs(tokens)
    builder = SyntaxTreeBuilder(estimatedCount: tokens.count)
    kind = kind(ahead: 0)
  }
}

// MARK: - Tokens

extension Parser {
  /// Whether a newline stands before the current token, whatever it does.
  var atNewline: Bool { tokens.followsNewline[position] }

  var hasNoProblems: Bool { diagnostics.isEmpty }

  /// Counts the body that statements parsed by themselves stand in.
  mutating func enterBody() { depth += 1 }

  /// Inlined, so that the parser is not copied for the call.
  @inline(__always)
  func kind(ahead offset: Int) -> TokenKind {
    let index = position + offset
    guard index < tokens.count else { return .endOfFile }
    return tokens.followsNewline[index] && newlineEnds(before: index) ? .newline : tokens.kinds[index]
  }

  private func newlineEnds(before token: Int) -> Bool {
    switch newlines {
    case .space: false
    case .end: token != statementStart && !continuesLine(token)
    case .endAtIndentation:
      token != statementStart && !continuesLine(token)
        && tokens.indentations[token] <= tokens.indentations[statementStart]
    }
  }

  /// Whether a statement goes on with this token at the start of a line; `*name =` there begins another one.
  func continuesLine(_ token: Int) -> Bool {
    let kind = tokens.kinds[token]
    guard kind == .star else { return kind.continuesLine }
    switch tokens.kinds[token + 1] {
    case .identifier, .quotedName, .quotedNameHead, .underscore:
      let next = tokens.kinds[(brackets.closing(of: token + 1) ?? token + 1) + 1]
      return next != .assign && next != .comma
    default: return true
    }
  }

  func text(ahead offset: Int = 0) -> String {
    String(decoding: source[tokens.range(min(position + offset, tokens.count - 1))], as: UTF8.self)
  }

  func at(_ kind: TokenKind) -> Bool { self.kind == kind }

  /// Whether the current token is the identifier `word`.
  func atWord(_ word: String) -> Bool { kind == .identifier && spells(word) }

  /// Whether the current token is `word`, on this line or the next.
  func atClause(_ word: String) -> Bool { tokens.kinds[position] == .identifier && spells(word) }

  private func spells(_ word: String) -> Bool {
    let range = tokens.range(position)
    return range.count == word.utf8.count && source[range].elementsEqual(word.utf8)
  }

  mutating func advance() {
    if tokens.kinds[position] != .endOfFile { position += 1 }
  }

  /// Takes the current token if it is of `kind`.
  mutating func take(_ kind: TokenKind) -> Bool {
    guard at(kind) else { return false }
    advance()
    return true
  }

  /// Takes the token, or says that it is missing.
  @discardableResult
  mutating func expect(_ kind: TokenKind, _ what: String, in context: String) -> Bool {
    if take(kind) { return true }
    reportMissing(what, in: context)
    return false
  }

  /// The current token in words.
  var found: String {
    switch kind {
    case .endOfFile: "the end of the file"
    case .newline: "a new line"
    default: "`\(Diagnostic.excerpt(source[tokens.range(position)]))`"
    }
  }

  /// Where a missing token is missed: the current one, or right behind the last one where a line ends there.
  var here: Place {
    if position > 0, kind == .newline || kind == .endOfFile {
      let end = Int(tokens.ends[position - 1])
      return Place(file: file, range: end..<end)
    }
    return Place(file: file, range: tokens.range(position))
  }

  /// The place of what was taken since token `first`.
  func place(from first: Int) -> Place {
    let last = max(first, position - 1)
    return Place(file: file, range: Int(tokens.starts[first])..<Int(tokens.ends[last]))
  }
}

// MARK: - Nodes and problems

extension Parser {
  mutating func finish(_ kind: SyntaxKind, since mark: SyntaxTreeBuilder.Mark, first: Int) {
    builder.finish(kind, since: mark, first: first, end: position)
  }

  /// A node of one token and no children.
  mutating func leaf(_ kind: SyntaxKind) {
    let first = position
    advance()
    builder.finish(kind, since: builder.mark, first: first, end: position)
  }

  /// A node without tokens, where something optional or missing would stand.
  mutating func empty(_ kind: SyntaxKind) {
    builder.finish(kind, since: builder.mark, first: position, end: position)
  }

  /// Says that something else stands where the grammar wants `what`.
  ///
  /// Never inlined: it would take its share of the stack from every level of the recursion.
  @inline(never)
  mutating func reportMissing(_ what: String, in context: String, fixes: [Fix] = []) {
    report({ [found] in .expected(what, in: context, found: found, at: $0, fixes: fixes) }, at: here)
  }

  /// Reports a problem, the first one at this token only.
  @inline(never)
  mutating func report(_ problem: (Place) -> Diagnostic, at place: Place) {
    guard lastProblem != position else { return }
    lastProblem = position
    guard !unreadable.contains(place.range.lowerBound) else { return }
    diagnostics.append(problem(place))
  }

  /// Runs `parse` one level deeper; too deep, what stands here becomes an error node.
  mutating func nested(_ parse: (inout Parser) -> Void) {
    guard depth < Self.maximumDepth else {
      return refuse(closing: nil)
    }
    depth += 1
    parse(&self)
    depth -= 1
  }

  /// Makes an error node of what is too deep here: all up to the bracket that closes it, which is taken as `enclosed`'s
  /// own body would, or up to the next element.
  @inline(never)
  private mutating func refuse(closing close: Int?) {
    report({ .nestedTooDeeply(at: $0, limit: Self.maximumDepth) }, at: here)
    guard let close else { return skipToNextElement() }
    skip { $0.position >= close }
    if at(.rightParenthesis) || at(.rightBracket) || at(.rightBrace) { advance() }
  }

  /// Runs `parse` behind an opening bracket, where newlines follow `rule`.
  ///
  /// Too deep, everything up to the bracket that closes this one becomes an error node.
  mutating func enclosed(newlines rule: NewlineRule? = nil, _ parse: (inout Parser) -> Void) {
    let close = brackets.closing(of: position - 1)
    guard depth < Self.maximumDepth else {
      return refuse(closing: close)
    }
    let outer = (newlines, statementStart)
    newlines = rule ?? (close == nil ? .endAtIndentation : .space)
    // What nobody closes ends where the indentation returns to the line that opened it.
    if newlines == .endAtIndentation { statementStart = position - 1 }
    depth += 1
    parse(&self)
    depth -= 1
    if let close, position <= close { resume(behind: close) }
    (newlines, statementStart) = outer
  }

  /// Skips what is left of a bracket after a mistake in it, where the layout confirms that the bracket ends there.
  @inline(never)
  private mutating func resume(behind close: Int) {
    guard tokens.kinds[close] == .rightParenthesis || tokens.kinds[close] == .rightBracket,
      let open = brackets.opening(of: close)
    else { return }
    let isInside = (position...close).allSatisfy { token in
      !tokens.followsNewline[token] || token == close || tokens.indentations[token] > tokens.indentations[open]
    }
    guard isInside else { return }
    skip { $0.position >= close }
    advance()
  }

  /// Whether the expression finished last may still grow by an operator, a call or a member; reports it where it may not.
  mutating func mayGrow() -> Bool {
    if builder.lastHeight < Self.maximumHeight { return true }
    report({ .chainTooLong(at: $0, limit: Self.maximumHeight) }, at: here)
    skipToNextElement()
    return false
  }
}
