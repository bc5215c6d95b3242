// Declarations: what stands at the top of a file.

extension Parser {
  mutating func parseFile() {
    let mark = builder.mark
    while !at(.endOfFile) {
      let before = position
      statementStart = before
      parseDeclaration()
      takeSemicolon()
      _ = takeForeignComments()
      if position > before, tokens.kinds[position - 1] == .semicolon { continue }
      if position == before {
        leaf(.error)
        if strayEnd == before { strayEnd = position }
      } else if !atNewline {
        reportMissing("a new line", in: "after a declaration")
        skipToNextStatement()
      }
    }
    builder.finish(.file, since: mark, first: 0, end: position)
  }

  private mutating func parseDeclaration() {
    if takeForeignComments() { return }
    let mark = builder.mark
    let first = position
    parseAnnotations()
    if atKeyword("use") {
      advance()
      parsePath("an operator set")
      if at(.integer) {
        leaf(.integer)
      } else {
        reportMissing("a version", in: "after the operator set")
      }
      finish(.useDeclaration, since: mark, first: first)
    } else if atWord("import"), kind(ahead: 1) != .newline, kind(ahead: 1) != .endOfFile {
      parseImport(since: mark, first: first)
    } else if atWord("from"), atName(ahead: 1) || kind(ahead: 1) == .string {
      parseFromImport(since: mark, first: first)
    } else if atForeignBlockWord() {
      reportForeign(wanted: "block")
      advance()
      parseSignature(.blockDeclaration, since: mark, first: first)
    } else if atKeyword("model") {
      advance()
      parseSignature(.modelDeclaration, since: mark, first: first)
    } else if atKeyword("block") {
      advance()
      parseSignature(.blockDeclaration, since: mark, first: first)
    } else if atKeyword("operator") {
      advance()
      parseSignature(.operatorDeclaration, since: mark, first: first)
    } else if atKeyword("recipe") {
      advance()
      parseRecipe(since: mark, first: first)
    } else {
      if strayEnd != first { reportMissing("a declaration (`model`, `block`, `use` …)", in: "at the top of a file") }
      skipToNextStatement()
      skipIndentedLines(behind: first)
      finish(.error, since: mark, first: first)
      strayEnd = position
    }
  }

  /// Skips the lines that are indented further than the one that begins with token `first`: they belong to it.
  private mutating func skipIndentedLines(behind first: Int) {
    while atNewline, !at(.endOfFile), tokens.indentation(position) > tokens.indentation(first) {
      statementStart = position
      let before = position
      skipToNextStatement()
      if position == before { leaf(.error) }
    }
  }

  /// Whether the current token is `word` and a name follows on the same line, so that it is a keyword here.
  func atKeyword(_ word: String) -> Bool {
    atWord(word) && atNameOrReserved(ahead: 1)
  }

  private mutating func parseImport(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    let importedName = takeImportedName()
    let target = position
    if at(.string) {
      leaf(.string)
    } else if atNameOrReserved(ahead: 0) {
      parsePath("a file or a library")
    } else {
      reportMissing("a file in quotes, or a library", in: "behind `import`")
      empty(.omitted)
      skipToNextStatement()
    }
    if let importedName { reportImportedName(importedName, target: target, first: first) }
    if atWord("as") {
      advance()
      parseName("a name", in: "after `as`")
    }
    finish(.importDeclaration, since: mark, first: first)
  }

  /// Takes the `name from` of `import name from "file"`; the name.
  @inline(never)
  private mutating func takeImportedName() -> String? {
    guard atName, kind(ahead: 1) == .identifier, isWord(ahead: 1, among: ["from"]) else { return nil }
    let name = text()
    advance()
    advance()
    return name
  }

  /// Reports `import name from target`, behind the target: what a library has needs no name of the import.
  @inline(never)
  private mutating func reportImportedName(_ name: String, target: Int, first: Int) {
    guard position > target else { return }
    let written = String(decoding: source[place(from: target).range], as: UTF8.self)
    let wanted = tokens.kinds[target] == .string ? "import \(written) as \(name)" : "import \(written)"
    report({ .importFrom(wanted: wanted, at: $0) }, at: place(from: first))
  }

  /// Parses `from file import names` as the import of the file.
  @inline(never)
  private mutating func parseFromImport(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    let start = position
    if at(.string) { leaf(.string) } else { parsePath("a file or a library") }
    let wanted = "import \(String(decoding: source[place(from: start).range], as: UTF8.self))"
    skipToNextStatement()
    report({ .importFrom(wanted: wanted, at: $0) }, at: place(from: first))
    finish(.importDeclaration, since: mark, first: first)
  }

  private mutating func parseSignature(_ declaration: SyntaxKind, since mark: SyntaxTreeBuilder.Mark, first: Int) {
    if declaration == .operatorDeclaration {
      parsePath("an operator's name")
    } else {
      parseName("a name", in: "after `\(declaration == .modelDeclaration ? "model" : "block")`")
    }
    parseParameterList()
    let results = position
    if takeArrow() {
      parseResults(first: results)
    } else if resultsFollow {
      reportMissing("`->`", in: "before the results")
      statementStart = position
      parseResults(first: results)
    }
    if atClause("where") { parseWhere() }
    if declaration == .operatorDeclaration {
      if atClause("macs"), kind(ahead: 1) == .assign { parseCost() }
      if at(.leftBrace) { parseBody() }
    } else {
      parseBody()
    }
    finish(declaration, since: mark, first: first)
  }

  /// `(x: T[N], heads: int = 4)`.
  mutating func parseParameterList() {
    let mark = builder.mark
    let first = position
    guard expect(.leftParenthesis, "`(`", in: "before the parameters") || parameterFollows else {
      finish(.parameterList, since: mark, first: first)
      return
    }
    parseElements(until: .rightParenthesis, in: "in the parameter list", newlines: newlinesBetweenParameters) {
      $0.parseParameter()
    }
    finish(.parameterList, since: mark, first: first)
  }

  /// What newlines do between the parameters behind a bracket that was taken last: where nobody closes it, the next line is the
  /// body's unless a parameter begins it.
  private var newlinesBetweenParameters: NewlineRule? {
    guard position > 0, brackets.closing(of: position - 1) == nil else { return nil }
    guard let next = (position..<tokens.count).first(where: { tokens.followsNewline($0) }),
      tokens.indentation(next) > tokens.indentation(position - 1)
    else { return nil }
    switch tokens.kinds[next] {
    case .identifier, .quotedName:
      return next + 1 < tokens.count && tokens.kinds[next + 1] == .colon ? nil : .end
    case .leftBrace, .returnKeyword, .ifKeyword: return .end
    default: return nil
    }
  }

  /// Whether the parameters begin here though their bracket is missing.
  private var parameterFollows: Bool {
    guard position > 0, position + 1 < tokens.count, tokens.kinds[position + 1] == .colon else { return false }
    guard tokens.kinds[position] == .identifier || tokens.kinds[position] == .quotedName else { return false }
    return !atNewline || tokens.indentation(position) > tokens.indentation(position - 1)
  }

  mutating func parseParameter() {
    let mark = builder.mark
    let first = position
    parseAnnotations()
    _ = take(.star)
    if at(.elementType), kind(ahead: 1) == .leftBracket {
      reportMissing("a name and `:`", in: "before the parameter's type")
      parseType()
      if atName { leaf(.name) }
      return finish(.parameter, since: mark, first: first)
    }
    guard atNameOrReserved(ahead: 0) else {
      reportMissing("a parameter", in: "in the parameter list")
      skipToNextElement()
      finish(.parameter, since: mark, first: first)
      return
    }
    parseName("a parameter", in: "in the parameter list")
    if at(.assign), defaultIsType {
      let name = String(decoding: source[tokens.range(position - 1)], as: UTF8.self)
      report({ .equalsForColon(name: name, at: $0) }, at: here)
      advance()
      parseType()
    } else if at(.assign) {
      reportMissing("`:` and a type", in: "after the parameter's name", fixes: typeOfDefault)
    } else if expect(.colon, "`:` and a type", in: "after the parameter's name") || at(.elementType) {
      parseType()
    }
    if at(.assign) { parseDefault { $0.parseExpressionOrGraph() } }
    finish(.parameter, since: mark, first: first)
  }

  /// Whether what follows the equals sign here is a type: `x = T[N]` in a parameter list.
  private var defaultIsType: Bool {
    switch kind(ahead: 1) {
    case .elementType: kind(ahead: 2) != .leftParenthesis
    case .identifier:
      kind(ahead: 2) == .leftBracket
        || isWord(ahead: 1, among: ["int", "float", "dtype", "callee"]) && kind(ahead: 2) != .leftParenthesis
    default: false
    }
  }

  /// The fix that gives a parameter the type of its default, where that is a literal.
  private var typeOfDefault: [Fix] {
    let type: String
    switch kind(ahead: 1) {
    case .integer: type = "int"
    case .float: type = "float"
    case .string: type = "string"
    case .trueKeyword, .falseKeyword: type = "bool"
    default: return []
    }
    let end = Int(tokens.end(position - 1))
    return [Fix("Declare it `\(type)`", [Fix.Edit(Place(file: file, range: end..<end), ": \(type)")])]
  }

  /// `= expression`; of a parameter in a list also `= { … }`.
  mutating func parseDefault(_ parseValue: (inout Parser) -> Void = { $0.parseExpression() }) {
    let mark = builder.mark
    let first = position
    advance()
    parseValue(&self)
    finish(.defaultValue, since: mark, first: first)
  }

  /// Takes the arrow before the results; reports what stands there for it, or that it is missing.
  private mutating func takeArrow() -> Bool {
    switch kind {
    case .arrow:
      advance()
    case .colon where kind(ahead: 1).beginsResults:
      reportForeign(wanted: "->", "what a block returns stands behind an arrow")
      advance()
    case .assign where kind(ahead: 1) == .greater && isJoined(ahead: 0):
      reportForeign(2, wanted: "->")
      advance()
      advance()
    case .elementType, .leftParenthesis, .leftBracket, .identifier:
      guard !atWord("where"), !atWord("macs") else { return false }
      let start = Int(tokens.start(position))
      let insertion = Fix.Edit(Place(file: file, range: start..<start), "-> ")
      reportMissing("`->`", in: "before the results", fixes: [Fix("Insert `->`", [insertion])])
    default: return false
    }
    return true
  }

  /// Whether the results begin here though their arrow is missing.
  private var resultsFollow: Bool {
    guard !atNewline || tokens.indentation(position) > tokens.indentation(statementStart) else { return false }
    if atClause("where") || atClause("macs") { return false }
    switch tokens.kinds[position] {
    case .leftParenthesis: return true
    case .identifier, .elementType:
      guard tokens.kinds[position + 1] == .leftBracket, let close = brackets.closing(of: position + 1) else {
        return false
      }
      return tokens.kinds[close + 1] == .leftBrace
    default: return false
    }
  }

  private mutating func parseResults(first: Int) {
    let mark = builder.mark
    if take(.leftParenthesis) {
      parseElements(until: .rightParenthesis, in: "in the results", newlines: newlinesBetweenParameters) {
        $0.parseParameter()
      }
    } else if parameterFollows, kind(ahead: 2) != .newline {
      reportMissing("`(`", in: "before the results")
      parseElements(until: .rightParenthesis, in: "in the results", newlines: newlinesBetweenParameters) {
        $0.parseParameter()
      }
    } else {
      parseType()
    }
    finish(.resultList, since: mark, first: first)
  }

  private mutating func parseWhere() {
    let mark = builder.mark
    let first = position
    advance()
    repeat {
      parseExpression()
    } while take(.comma)
    finish(.whereClause, since: mark, first: first)
  }

  /// Parses `macs = expression`.
  private mutating func parseCost() {
    let mark = builder.mark
    let first = position
    advance()
    advance()
    parseExpression()
    finish(.costClause, since: mark, first: first)
  }

  private mutating func parseRecipe(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    parseName("a name", in: "after `recipe`")
    if atWord("for") {
      advance()
    } else {
      reportMissing("`for` and a model", in: "after the recipe's name")
    }
    parseName("a model", in: "after `for`")
    parseBody(of: { $0.parseRecipeStep() })
    finish(.recipeDeclaration, since: mark, first: first)
  }

  private mutating func parseRecipeStep() {
    let mark = builder.mark
    let first = position
    parseExpression()
    finish(.recipeStep, since: mark, first: first)
  }

  /// Whether an annotation follows the bracket here, where a newline is a gap.
  var annotationFollows: Bool { tokens.kinds[min(position + 1, tokens.count - 1)] == .at }

  /// `@name("…")`, any number of them; what they stand before may begin on a line of its own.
  mutating func parseAnnotations() {
    while at(.at) {
      let mark = builder.mark
      let first = position
      advance()
      parseName("a name", in: "after `@`")
      // `@name (@doc("…") y) = …` annotates a statement, and the first name that it binds.
      if at(.leftParenthesis), !annotationFollows { parseArguments() }
      finish(.annotation, since: mark, first: first)
      if newlines == .end { statementStart = position }
    }
  }
}
