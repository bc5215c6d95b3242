// Types of tensors and of configuration.

extension Parser {
  mutating func parseType() {
    let mark = builder.mark
    let first = position
    switch kind {
    case .elementType where kind(ahead: 1) == .leftBracket:
      leaf(.elementType)
      parseDimensions()
      finish(.tensorType, since: mark, first: first)
    case .elementType:
      leaf(.name)
      finish(.configurationType, since: mark, first: first)
    case .identifier:
      parseNamedType(since: mark, first: first)
    case .question:
      leaf(.unknownType)
    case .leftBracket:
      parseBracketedType(since: mark, first: first)
    default:
      reportMissing("a type", in: "here")
      empty(.omitted)
    }
  }

  private mutating func parseNamedType(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    let next = kind(ahead: 1)
    if next == .less, isWord(among: ["seq", "optional", "map"]) {
      let type: SyntaxKind = atWord("seq") ? .sequenceType : atWord("map") ? .mapType : .optionalType
      advance()
      advance()
      if type == .mapType {
        if at(.elementType) {
          leaf(.elementType)
        } else {
          reportMissing("an element type", in: "for the keys")
          if atName { leaf(.error) }
        }
        expect(.comma, "`,`", in: "between the types of keys and values")
      }
      nested { $0.parseType() }
      expect(.greater, "`>`", in: "after the type")
      finish(type, since: mark, first: first)
    } else if atWord("sparse"), next == .elementType || next == .identifier {
      advance()
      nested { $0.parseType() }
      finish(.sparseType, since: mark, first: first)
    } else if next == .leftBracket {
      leaf(.name)
      parseDimensions()
      finish(.tensorType, since: mark, first: first)
    } else {
      leaf(.name)
      finish(.configurationType, since: mark, first: first)
    }
  }

  /// `[int]`, or the list of inputs ``[(`past.{i}.key`: f32[N, K]); i in 0..<depth]``.
  private mutating func parseBracketedType(since mark: SyntaxTreeBuilder.Mark, first: Int) {
    advance()
    // Behind the bracket a newline is a gap.
    let (next, second) = (tokens.kinds[position], tokens.kinds[min(position + 1, tokens.count - 1)])
    let isTuple = next == .leftParenthesis
    let isNamed = second == .colon && (next == .identifier || next == .quotedName)
    let isInput = isTuple || isNamed || next == .quotedNameHead
    enclosed { parser in
      if isInput { parser.parseListInput(isTuple: isTuple) } else { parser.parseType() }
      parser.expect(.rightBracket, "`]`", in: isInput ? "after the range" : "after the type")
    }
    finish(isInput ? .listInput : .listType, since: mark, first: first)
  }

  private mutating func parseListInput(isTuple: Bool) {
    if isTuple {
      advance()
      parseElements(until: .rightParenthesis, in: "in the list of inputs") { $0.parseParameter() }
    } else {
      parseParameter()
    }
    expect(.semicolon, "`;` and a range", in: "after the list's elements")
    parseName("a name", in: "before `in`")
    if atWord("in") {
      advance()
      parseRange()
    } else {
      reportMissing("`in`", in: "after the name")
    }
  }

  /// `[N, 3, H/2, ?, ..., D]`.
  mutating func parseDimensions() {
    let mark = builder.mark
    let first = position
    advance()
    parseElements(until: .rightBracket, in: "in the shape") { parser in
      switch parser.kind {
      case .question: parser.leaf(.unknownDimension)
      case .ellipsis: parser.leaf(.ellipsis)
      default: parser.parseSubscriptExpression()
      }
    }
    finish(.dimensions, since: mark, first: first)
  }
}
