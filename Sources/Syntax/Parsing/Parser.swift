/// A recursive-descent parser with recovery by statement.
///
/// The grammar is grammar/mica.ebnf. Parsing never fails: where a token is missing, the parser says so once and goes on
/// as if it were there; where tokens fit nowhere, they end up in an `error` node.
///
/// There is one of it, which is never copied: a copy for every question that is asked of it would take longer than the
/// answer.
struct Parser: ~Copyable {
  let source: [UInt8]
  let file: UInt32
  var tokens: Tokens
  let brackets: BracketPairs
  var builder: SyntaxTreeBuilder
  var position = 0 { didSet { kind = kind(ahead: 0) } }
  private var layout = Layout() { didSet { kind = kind(ahead: 0) } }
  /// The current token's kind, or `newline` where the statement ends before it.
  ///
  /// Kept, for it is asked for all the time.
  private(set) var kind = TokenKind.endOfFile
  /// What is wrong with the text.
  ///
  /// Apart from what the parser reads all the time.
  private let problems = Problems()
  /// Where the last tokens that are part of no declaration end: those that follow them were told with them.
  var strayEnd = -1
  private(set) var depth = 0
  /// The statements that were read, by the kinds of their tokens.
  var statements = StatementMemory()
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

  /// What newlines do at the moment.
  private struct Layout {
    var newlines = NewlineRule.end
    /// Where the current statement, or what its annotations stand before, begins: the newline before it ends nothing.
    var statementStart = 0
  }

  private final class Problems {
    var diagnostics: [Diagnostic] = []
    /// The token at which the last problem was reported: one problem a place is enough.
    var lastProblem = -1
    /// The bounds of the tokens that the lexer could not read: it has said so, and what is missed there is their fault.
    var unreadable: Set<Int> = []
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
    parser.problems.diagnostics = problems.map { Diagnostic.spelling($0, file: file, source: source) }
    for problem in problems where problem.kind.hidesToken {
      parser.problems.unreadable.formUnion([problem.range.lowerBound, problem.range.upperBound])
    }
    parse(&parser)
    return parser.finish()
  }

  private consuming func finish() -> SyntaxTree {
    SyntaxTree(
      file: file, source: source, tokens: tokens,
      diagnostics: problems.diagnostics.sorted { $0.place.range.lowerBound < $1.place.range.lowerBound },
      nodes: builder.nodes)
  }

  init(source: [UInt8], file: UInt32, tokens: Tokens) {
    self.source = source
    self.file = file
    self.tokens = tokens
    brackets = BracketPairs(tokens)
    builder = SyntaxTreeBuilder(estimatedCount: tokens.count * 5 / 4 + 16)
    kind = kind(ahead: 0)
  }
}

// MARK: - Tokens

extension Parser {
  var newlines: NewlineRule { layout.newlines }

  /// Where the current statement begins: the newline before it ends nothing.
  var statementStart: Int {
    get { layout.statementStart }
    set { layout.statementStart = newValue }
  }

  /// Whether a newline stands before the current token, whatever it does.
  var atNewline: Bool { tokens.followsNewline(position) }

  var hasNoProblems: Bool { problemCount == 0 }

  var problemCount: Int { problems.diagnostics.count }

  /// Counts the body that statements parsed by themselves stand in.
  mutating func enterBody() { depth += 1 }

  @inline(__always)
  func kind(ahead offset: Int) -> TokenKind {
    let index = position + offset
    guard index < tokens.count else { return .endOfFile }
    return tokens.followsNewline(index) && newlineEnds(before: index) ? .newline : tokens.kinds[index]
  }

  @inline(__always)
  private func newlineEnds(before token: Int) -> Bool {
    switch layout.newlines {
    case .space: false
    case .end: token != layout.statementStart && !tokens.continuesLine(token, brackets)
    case .endAtIndentation:
      token != layout.statementStart && !tokens.continuesLine(token, brackets)
        && tokens.indentation(token) <= tokens.indentation(layout.statementStart)
    }
  }

  /// Whether a statement goes on with this token at the start of a line.
  func continuesLine(_ token: Int) -> Bool { tokens.continuesLine(token, brackets) }

  func text(ahead offset: Int = 0) -> String {
    String(decoding: source[tokens.range(min(position + offset, tokens.count - 1))], as: UTF8.self)
  }

  /// Whether the text of an identifier is one of some words.
  func isWord(ahead offset: Int = 0, among words: [String]) -> Bool {
    let token = min(position + offset, tokens.count - 1)
    return tokens.mayBeKeyword(token) && words.contains(text(ahead: offset))
  }

  func at(_ kind: TokenKind) -> Bool { self.kind == kind }

  /// Whether the current token is the identifier `word`.
  func atWord(_ word: String) -> Bool { kind == .identifier && spells(word) }

  /// Whether the current token is `word`, on this line or the next.
  func atClause(_ word: String) -> Bool { tokens.kinds[position] == .identifier && spells(word) }

  private func spells(_ word: String) -> Bool {
    guard tokens.mayBeKeyword(position) else { return false }
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
    case .rightBrace where braceEndsLine: "a new line"
    default: "`\(Diagnostic.excerpt(source[tokens.range(position)]))`"
    }
  }

  /// Where a missing token is missed: the current one, or right behind the last one where a line ends there.
  var here: Place {
    if position > 0, kind == .newline || kind == .endOfFile || braceEndsLine {
      let end = Int(tokens.end(position - 1))
      return Place(file: file, range: end..<end)
    }
    return Place(file: file, range: tokens.range(position))
  }

  /// Whether the brace of a body stands here, on a line of its own: what is missed belongs to the line before.
  private var braceEndsLine: Bool { kind == .rightBrace && atNewline && layout.newlines == .end }

  /// The place of what was taken since token `first`.
  func place(from first: Int) -> Place {
    let last = max(first, position - 1)
    return Place(file: file, range: Int(tokens.start(first))..<Int(tokens.end(last)))
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
    builder.leaf(kind, first: first, end: position)
  }

  /// A node without tokens, where something optional or missing would stand.
  mutating func empty(_ kind: SyntaxKind) {
    builder.leaf(kind, first: position, end: position)
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
    guard problems.lastProblem != position else { return }
    problems.lastProblem = position
    guard !problems.unreadable.contains(place.range.lowerBound) else { return }
    problems.diagnostics.append(problem(place))
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
    let outer = layout
    let rule = rule ?? (close == nil ? .endAtIndentation : .space)
    // What nobody closes ends where the indentation returns to the line that opened it.
    layout = Layout(
      newlines: rule, statementStart: rule == .endAtIndentation ? position - 1 : outer.statementStart)
    depth += 1
    parse(&self)
    depth -= 1
    if let close, position <= close { resume(behind: close) }
    layout = outer
  }

  /// Skips what is left of a bracket after a mistake in it, where the layout confirms that the bracket ends there.
  @inline(never)
  private mutating func resume(behind close: Int) {
    guard tokens.kinds[close] == .rightParenthesis || tokens.kinds[close] == .rightBracket,
      let open = brackets.opening(of: close)
    else { return }
    let isInside = (position...close).allSatisfy { token in
      !tokens.followsNewline(token) || token == close || tokens.indentation(token) > tokens.indentation(open)
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
