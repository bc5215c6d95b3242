import Syntax

// Expressions that do not fit on a line.

extension SourceFormatter {
  /// One stage a line, each behind its `|>`.
  mutating func layOutPipe(_ pipe: Syntax, _ limit: FormattingLimit, indentation: Int = 1) {
    layOutChain(Chain(pipe) { $0.kind == .pipe }, limit, indentation: indentation)
  }

  /// One operand a line, each behind its operator.
  mutating func layOutOperators(_ binary: Syntax, _ limit: FormattingLimit, indentation: Int = 1) {
    guard let precedence = binary.operatorPrecedence else { return layOutChildren(binary, limit) }
    let chain = Chain(binary) { $0.kind == .binary && $0.operatorPrecedence == precedence }
    layOutChain(chain, limit, indentation: indentation)
  }

  /// Operands with operators of one precedence between them.
  struct Chain {
    var operands: [Syntax]
    /// The token before each operand but the first.
    var operators: [Int]

    /// The chain that a node ends, whose left sides belong to it as long as they are `links`.
    init(_ node: Syntax, _ links: (Syntax) -> Bool) {
      var rights: [Syntax] = []
      var left = node
      while rights.isEmpty || links(left) {
        let sides = Array(left.children)
        guard sides.count == 2 else { break }
        rights.append(sides[1])
        left = sides[0]
      }
      operands = [left] + rights.reversed()
      operators = operands.dropLast().map(\.tokens.upperBound)
    }
  }

  private mutating func layOutChain(_ chain: Chain, _ limit: FormattingLimit, indentation: Int) {
    guard chain.operators.count > 0 else { return layOutChildren(chain.operands[0], limit) }
    if keepsLastOpen(chain, limit, indentation: indentation) {
      let last = chain.operands[chain.operands.count - 1]
      writer.advance(to: last.tokens.lowerBound)
      return layOut(last, limit)
    }
    let breaks = chain.operators.map(mayBreak)
    for (index, operand) in chain.operands.enumerated() {
      let next = index < breaks.count && breaks[index] ? FormattingLimit(token: chain.operators[index]) : limit
      guard index > 0 else {
        layOut(operand, next)
        continue
      }
      indented(by: indentation) { formatter in
        if breaks[index - 1] { formatter.writer.breakLine() }
        formatter.layOut(operand, next)
      }
    }
  }

  /// Whether the chain stays on its line up to the bracket of its last operand, which breaks.
  ///
  /// So does `x + (…)` where the operand would not fit on a line of its own either.
  private func keepsLastOpen(_ chain: Chain, _ limit: FormattingLimit, indentation: Int) -> Bool {
    guard let last = chain.operands.last, let link = chain.operators.last, last.endsInBracket,
      last.kind != .pipe, chain.operands.count == 2 || chain.operands[0].kind != .pipe
    else { return false }
    let start = chain.operands[0].tokens.lowerBound
    // In a pipe of several stages each has its line.
    if tree.tokens.kinds[link] == .pipe, chain.operands.count > 2 { return false }
    guard flat.isFlat(start..<last.tokens.lowerBound + 1) else { return false }
    let ownLine = (writer.indentation + indentation) * FormattingStyle.indentation
    let ownWidth = flat.width(link..<last.tokens.upperBound)
    if flat.isFlat(last.tokens),
      ownLine + ownWidth + flat.widthToLineEnd(after: last.tokens.upperBound, until: limit) <= FormattingStyle.columns
    {
      return false
    }
    let head = flat.width(start..<last.tokens.lowerBound)
    return writer.nextColumn + head + 1
      + flat.widthToLineEnd(after: last.tokens.lowerBound, until: FormattingLimit(token: last.tokens.upperBound))
      <= FormattingStyle.columns
  }

  /// Whether a line may begin with an operator.
  private func mayBreak(before token: Int) -> Bool {
    if isInsideBrackets { return true }
    switch tree.tokens.kinds[token] {
    case .at: return false
    // `* name,` and `* name =` at the start of a line begin a statement.
    case .star: return !beginsTarget(token)
    default: return true
    }
  }

  private func beginsTarget(_ star: Int) -> Bool {
    var token = star + 1
    switch tree.tokens.kinds[token] {
    case .identifier, .quotedName, .underscore: token += 1
    case .quotedNameHead:
      // The names in the interpolations of a name end with it.
      var depth = 0
      repeat {
        if tree.tokens.kinds[token] == .quotedNameHead { depth += 1 }
        if tree.tokens.kinds[token] == .quotedNameTail { depth -= 1 }
        token += 1
      } while depth > 0 && token < tree.tokens.count
    default: return false
    }
    guard token < tree.tokens.count else { return false }
    return tree.tokens.kinds[token] == .comma || tree.tokens.kinds[token] == .assign
  }

  /// A primary and what follows it: calls break before subscripts do.
  mutating func layOutPostfix(_ node: Syntax, _ limit: FormattingLimit) {
    var links: [Syntax] = []
    var base = node
    while [.call, .member, .index, .overload].contains(base.kind), let inner = base.firstChild {
      links.append(base)
      base = inner
    }
    layOut(base, limit)
    for link in links.reversed() {
      let tokens = writer.position..<link.tokens.upperBound
      if fits(tokens, limit) {
        writer.advance(to: link.tokens.upperBound)
      } else if link.kind == .index {
        layOutList(link, limit)
      } else {
        for child in link.children.dropFirst() { layOut(child, limit) }
        writer.advance(to: link.tokens.upperBound)
      }
    }
  }

  mutating func layOutParenthesized(_ node: Syntax, _ limit: FormattingLimit) {
    guard let inner = node.firstChild else { return layOutChildren(node, limit) }
    let close = node.tokens.upperBound - 1
    writer.advance(to: node.tokens.lowerBound + 1)
    insideBrackets { formatter in
      formatter.indented { formatter in
        formatter.writer.breakLine()
        let limit = FormattingLimit(token: close)
        if formatter.fits(inner.tokens, limit) {
          formatter.writer.advance(to: inner.tokens.upperBound)
        } else {
          switch inner.kind {
          case .pipe: formatter.layOutPipe(inner, limit, indentation: 0)
          case .binary: formatter.layOutOperators(inner, limit, indentation: 0)
          default: formatter.layOut(inner, limit)
          }
        }
        formatter.writer.advance(to: close)
        formatter.writer.writeComments()
      }
    }
    writer.breakLine()
    writer.advance(to: node.tokens.upperBound)
  }

  /// `if c {`, a choice, `} else {`, a choice, `}`.
  mutating func layOutConditional(_ node: Syntax, _ limit: FormattingLimit) {
    let parts = Array(node.children)
    guard parts.count == 3 else { return layOutChildren(node, limit) }
    layOut(parts[0], FormattingLimit(token: parts[0].tokens.upperBound + 1))
    layOutChoice(parts[1])
    if parts[2].kind == .conditional {
      writer.advance(to: parts[2].tokens.lowerBound)
      layOutConditional(parts[2], limit)
    } else {
      layOutChoice(parts[2])
    }
    writer.advance(to: node.tokens.upperBound)
  }

  /// An expression on a line of its own between braces.
  private mutating func layOutChoice(_ choice: Syntax) {
    let tokens = choice.tokens
    writer.advance(to: tokens.lowerBound)
    insideBrackets { formatter in
      formatter.indented { formatter in
        formatter.writer.breakLine()
        formatter.layOut(choice, FormattingLimit(token: tokens.upperBound))
        formatter.writer.writeComments()
      }
    }
    writer.breakLine()
    writer.advance(to: tokens.upperBound + 1)
  }
}

extension Syntax {
  /// The class of a binary node's operator: those of one class stand in one chain.
  fileprivate var operatorPrecedence: Int? {
    guard let left = firstChild else { return nil }
    switch tree.tokens.kinds[left.tokens.upperBound] {
    case .or: return 0
    case .and: return 1
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return 2
    case .plus, .minus: return 3
    case .star, .slash, .percent, .at: return 4
    default: return 5
    }
  }

  /// Whether the node ends in a bracket with something in it.
  fileprivate var endsInBracket: Bool {
    switch kind {
    case .call: child(.argumentList).map { $0.firstChild != nil } ?? false
    case .label: children.reversed().first.map(\.endsInBracket) ?? false
    case .parenthesized, .list: firstChild != nil
    default: false
    }
  }
}
