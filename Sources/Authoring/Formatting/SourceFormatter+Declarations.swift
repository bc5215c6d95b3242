import Syntax

// Signatures.

extension SourceFormatter {
  /// A declaration's head on one line; or its clauses on lines of their own; or its parameters too.
  mutating func layOutDeclaration(_ declaration: Syntax) {
    let body = declaration.child(.body)
    let end = declaration.tokens.upperBound
    let head = FormattingLimit(token: body.map { $0.tokens.lowerBound + 1 } ?? end)
    let clauses = declaration.children.filter { [.resultList, .whereClause, .costClause].contains($0.kind) }
    if let parameters = declaration.child(.parameterList) {
      for child in declaration.children where child.tokens.upperBound <= parameters.tokens.lowerBound {
        layOut(child, FormattingLimit(token: parameters.tokens.lowerBound + 1))
      }
      let first = clauses.first.map { FormattingLimit(token: $0.tokens.lowerBound) } ?? head
      let isBroken = !fits(parameters.tokens, first)
      // Behind broken parameters the results go on, in the line of the closing parenthesis.
      layOut(parameters, isBroken ? head : first)
      for (index, clause) in clauses.enumerated() {
        let next = index + 1 < clauses.count ? FormattingLimit(token: clauses[index + 1].tokens.lowerBound) : head
        layOutClause(clause, next, staysOnLine: isBroken && clause.kind == .resultList)
      }
    }
    if let body { layOut(body, FormattingLimit(token: end)) }
    writer.advance(to: end)
  }

  private mutating func layOutClause(_ clause: Syntax, _ limit: FormattingLimit, staysOnLine: Bool) {
    if fits(clause.tokens, limit), !isWordThatTakesAName(clause.tokens.lowerBound - 1) || clause.kind == .resultList {
      return writer.advance(to: clause.tokens.upperBound)
    }
    guard !staysOnLine else { return layOut(clause, limit) }
    indented { formatter in
      formatter.writer.breakLine()
      formatter.layOut(clause, limit)
    }
  }

  /// Whether a token is a name that would take a word behind it on its line for an operand: `sparse`, `type`.
  private func isWordThatTakesAName(_ token: Int) -> Bool {
    tree.tokens.kinds[token] == .identifier && ["sparse", "type"].contains(tree.text(token))
  }
}
