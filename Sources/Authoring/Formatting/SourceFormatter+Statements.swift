import Syntax

// Files and bodies: statements one below the other.

extension SourceFormatter {
  /// Statements of a body or declarations of a file that are laid out together.
  private struct Unit {
    var tokens: Range<Int>
    /// The statement; `nil` where the tokens stay as they are.
    var statement: Syntax?

    var isImport: Bool { statement?.kind == .useDeclaration || statement?.kind == .importDeclaration }
  }

  mutating func layOutFile() {
    layOutUnits(of: tree.root, tree.root.tokens)
    writer.advance(to: tree.tokens.count - 1)
    writer.finish()
  }

  mutating func layOutBody(_ body: Syntax) {
    let tokens = body.tokens
    if tokens.count <= 2, flat.isFlat(tokens) { return writer.advance(to: tokens.upperBound) }
    writer.advance(to: tokens.lowerBound + 1)
    let close = tokens.upperBound - 1
    insideBrackets(false) { formatter in
      formatter.indented { formatter in
        formatter.writer.breakLine()
        formatter.layOutUnits(of: body, tokens.lowerBound + 1..<close)
        formatter.writer.writeComments()
      }
    }
    writer.breakLine()
    writer.advance(to: tokens.upperBound)
  }

  private mutating func layOutUnits(of parent: Syntax, _ tokens: Range<Int>) {
    var previous: Unit?
    for unit in units(of: parent, tokens) {
      if let previous { separate(previous, unit, inFile: parent.kind == .file) }
      if let statement = unit.statement {
        layOutStatement(statement)
      } else {
        copy(to: unit.tokens.upperBound)
      }
      previous = unit
    }
  }

  /// The statements, those on one line together, for that is a mistake.
  private func units(of parent: Syntax, _ tokens: Range<Int>) -> [Unit] {
    var units: [Unit] = []
    func append(_ unit: Unit) {
      guard !unit.tokens.isEmpty else { return }
      if let last = units.last, !tree.tokens.followsNewline(unit.tokens.lowerBound) {
        units[units.count - 1] = Unit(tokens: last.tokens.lowerBound..<unit.tokens.upperBound)
      } else {
        units.append(unit)
      }
    }
    var end = tokens.lowerBound
    for child in parent.children {
      if end < child.tokens.lowerBound { append(Unit(tokens: end..<child.tokens.lowerBound)) }
      append(Unit(tokens: child.tokens, statement: mistakes[child] ? nil : child))
      end = max(end, child.tokens.upperBound)
    }
    if end < tokens.upperBound { append(Unit(tokens: end..<tokens.upperBound)) }
    return units
  }

  /// Begins a line, with a blank one before it between declarations, or where there was one between statements.
  private mutating func separate(_ previous: Unit, _ next: Unit, inFile: Bool) {
    let gap = TokenGap(before: next.tokens.lowerBound, in: tree)
    let isImport = previous.isImport && next.isImport
    if inFile, !isImport { return writer.breakLine(blank: true) }
    writer.breakLine(blank: gap.comments.isEmpty && gap.newlines > 1 && !isImport)
  }

  private mutating func layOutStatement(_ statement: Syntax) {
    layOutAnnotations(of: statement)
    switch statement.kind {
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration: layOutDeclaration(statement)
    default: layOutChildren(statement, FormattingLimit(token: statement.tokens.upperBound))
    }
  }

  /// Annotations stand above their statement, as many on a line as fit.
  private mutating func layOutAnnotations(of statement: Syntax) {
    var isFirst = true
    for annotation in statement.children where annotation.kind == .annotation {
      let limit = FormattingLimit(token: annotation.tokens.upperBound)
      if !isFirst, !fits(annotation.tokens, limit) { writer.breakLine() }
      layOut(annotation, limit)
      isFirst = false
    }
    if !isFirst { writer.breakLine() }
  }
}
