import Syntax

// Brackets with elements between commas.

extension SourceFormatter {
  /// The parts of a bracketed list.
  private struct Elements {
    var open: Int
    var close: Int
    var elements: [Syntax]
    var kind: SyntaxKind
  }

  /// Breaks a list: around its last element, or all elements on one line, or a group a line.
  mutating func layOutList(_ node: Syntax, _ limit: FormattingLimit) {
    guard let list = elements(of: node) else { return layOutChildren(node, limit) }
    // What stands before the bracket: the type of a literal.
    if let type = node.firstChild, node.kind == .tensorLiteral || node.kind == .sparseLiteral {
      layOut(type, FormattingLimit(token: list.open + 1))
    }
    writer.advance(to: list.open + 1)
    insideBrackets { formatter in
      if formatter.canHug(list) {
        for element in list.elements { formatter.layOut(element, FormattingLimit(token: list.close)) }
        formatter.writer.advance(to: list.close)
      } else if formatter.fitsOnOwnLine(list) {
        formatter.indented { formatter in
          formatter.writer.breakLine()
          formatter.writer.advance(to: list.close)
        }
        formatter.writer.breakLine()
      } else {
        formatter.layOutElements(list)
        formatter.writer.breakLine()
      }
      formatter.writer.advance(to: list.close + 1)
    }
    layOutChildren(node, limit)
  }

  private func elements(of node: Syntax) -> Elements? {
    let tokens = node.tokens
    guard tokens.count >= 2 else { return nil }
    var open = tokens.lowerBound
    var close = tokens.upperBound - 1
    var elements = Array(node.children)
    switch node.kind {
    case .index, .tensorLiteral, .sparseLiteral:
      guard let before = elements.first else { return nil }
      open = before.tokens.upperBound
      elements.removeFirst()
    case .resultList:
      open += 1
      guard tree.tokens.kinds[open] == .leftParenthesis else { return nil }
    case .listInput:
      // The parameters in `[(k: f32[N], v: f32[N]); i in 0..<n]`; what follows them stays on the line.
      open += 1
      elements.removeAll { $0.kind != .parameter }
      guard tree.tokens.kinds[open] == .leftParenthesis, let last = elements.last else { return nil }
      close = last.tokens.upperBound + (tree.tokens.kinds[last.tokens.upperBound] == .comma ? 1 : 0)
    default: break
    }
    guard open < close, tree.tokens.kinds[close].closesBracket else { return nil }
    return Elements(open: open, close: close, elements: elements, kind: node.kind)
  }

  /// Whether a list has comments between its elements.
  private func hasComments(_ list: Elements) -> Bool {
    var start = list.open
    for element in list.elements {
      if !flat.isFlat(start..<element.tokens.lowerBound + 1) { return true }
      start = element.tokens.upperBound - 1
    }
    return !flat.isFlat(start..<list.close + 1)
  }

  /// Whether the list stays on the line up to its last element, whose own brackets break.
  ///
  /// So does a call whose last argument is a graph of several statements, and a bracket around a single other one.
  private func canHug(_ list: Elements) -> Bool {
    guard let last = list.elements.last, !hasComments(list) else { return false }
    let isGraph = last.lastPart.kind == .graphLiteral && !flat.isFlat(last.tokens)
    let isSingle = list.elements.count == 1 && [.list, .mapLiteral].contains(last.lastPart.kind)
    guard isGraph || isSingle else { return false }
    let before = list.open + 1..<last.tokens.lowerBound
    guard flat.isFlat(before), flat.isFlat(list.open..<last.tokens.lowerBound + 1) else { return false }
    let head = flat.width(before) + (before.isEmpty ? 0 : 1)
    let opening = flat.widthToLineEnd(
      after: last.tokens.lowerBound, until: FormattingLimit(token: last.tokens.upperBound))
    return writer.nextColumn + head + opening <= FormattingStyle.columns
  }

  /// Whether all elements fit on a line of their own between the lines of the brackets.
  private func fitsOnOwnLine(_ list: Elements) -> Bool {
    let inner = list.open + 1..<list.close
    guard !inner.isEmpty, flat.isFlat(list.open..<list.close + 1) else { return false }
    return (writer.indentation + 1) * FormattingStyle.indentation + flat.width(inner) <= FormattingStyle.columns
  }

  /// Whether the list is the `[0]` that a label or a path begins with, which has no comma.
  private func beginsPath(_ list: Elements) -> Bool {
    guard list.kind == .list, list.elements.count == 1 else { return false }
    switch tree.tokens.kinds[list.close + 1] {
    case .colon, .dot, .leftBracket, .tilde: return true
    default: return false
    }
  }

  /// An element a line, but atoms as many as fit; a comma behind the last.
  private mutating func layOutElements(_ list: Elements) {
    indented { formatter in
      formatter.writer.breakLine()
      var followsAtom = false
      for (index, element) in list.elements.enumerated() {
        let isLast = index == list.elements.count - 1
        let next = isLast ? list.close : list.elements[index + 1].tokens.lowerBound
        let limit = FormattingLimit(token: next, extra: isLast ? 1 : 0)
        let isAtom = element.isAtom
        if index > 0, !(isAtom && followsAtom && formatter.fits(element.tokens, limit)) {
          formatter.writer.breakLine()
        }
        formatter.layOut(element, limit)
        formatter.writer.advance(to: element.tokens.upperBound)
        if isLast {
          if !formatter.beginsPath(list) { formatter.writer.writeTrailingComma() }
        } else {
          formatter.writer.writeComma()
        }
        followsAtom = isAtom
      }
      formatter.writer.advance(to: list.close)
      formatter.writer.writeComments()
    }
  }
}

extension Syntax {
  /// The value of an argument, or the node itself.
  fileprivate var lastPart: Syntax {
    guard kind == .namedArgument, let value = Array(children).last else { return self }
    return value
  }

  /// Whether the node is short by nature: a name, a number, a path.
  fileprivate var isAtom: Bool {
    switch kind {
    case .name, .quotedName, .discard, .integer, .float, .string, .bytes, .boolean, .none, .elementType, .ellipsis,
      .unknownDimension, .weightReference:
      true
    case .unary, .spread, .member, .overload: firstChild?.isAtom ?? false
    case .index: children.allSatisfy(\.isAtom)
    default: false
    }
  }
}
