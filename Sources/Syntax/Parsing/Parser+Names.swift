// Names and paths.

extension Parser {
  /// Whether a name, plain or backquoted, stands here.
  var atName: Bool { atName(ahead: 0) }

  func atName(ahead offset: Int) -> Bool {
    switch kind(ahead: offset) {
    case .identifier, .quotedName, .quotedNameHead: true
    default: false
    }
  }

  /// Whether a name or a reserved word, which is one with a problem, stands here.
  func atNameOrReserved(ahead offset: Int) -> Bool {
    atName(ahead: offset) || kind(ahead: offset).isReservedWord
  }

  /// Takes a reserved word for a name, and says what it is.
  @inline(never)
  private mutating func takeReservedWord() {
    let word = text()
    let isType = at(.elementType)
    report({ .reservedWord(word, isElementType: isType, at: $0) }, at: here)
    leaf(.name)
  }

  /// A plain name, or a backquoted one with its interpolations.
  mutating func parseName(_ what: String, in context: String) {
    switch kind {
    case .identifier:
      leaf(.name)
    case .quotedName:
      leaf(.quotedName)
    case .quotedNameHead:
      let mark = builder.mark
      let first = position
      let tail = brackets.closing(of: position)
      repeat {
        advance()
        enclosed(newlines: .end) { $0.parseExpression() }
        if !at(.quotedNameMiddle), !at(.quotedNameTail) {
          reportMissing("`}` and the closing backquote", in: "in the name")
          if let tail { skip { $0.position >= tail || $0.at(.quotedNameMiddle) } }
        }
      } while at(.quotedNameMiddle)
      _ = take(.quotedNameTail)
      finish(.quotedName, since: mark, first: first)
    case .elementType, .noneKeyword, .trueKeyword, .falseKeyword:
      takeReservedWord()
    default:
      reportMissing(what, in: context)
      empty(.omitted)
    }
  }

  /// Parses `layers[0].attn.query`, `com.microsoft` or `my.domain.Fused~v2`.
  mutating func parsePath(_ what: String) {
    let mark = builder.mark
    let first = position
    parseName(what, in: "here")
    while parsePathSegment(since: mark, first: first) {}
  }

  /// Parses a `.name`, `[index]` or `~overload` behind the path that began at `mark`; `false` where there is none.
  mutating func parsePathSegment(since mark: SyntaxTreeBuilder.Mark, first: Int) -> Bool {
    switch kind {
    case .dot, .tilde:
      guard mayGrow() else { return false }
      let segment: SyntaxKind = at(.dot) ? .member : .overload
      if segment == .member, kind(ahead: 1) == .integer {
        reportIndexBehindPoint()
        advance()
        leaf(.integer)
        finish(.index, since: mark, first: first)
        return true
      }
      advance()
      parseMemberName()
      finish(segment, since: mark, first: first)
    case .leftBracket:
      guard mayGrow() else { return false }
      parseIndex(since: mark, first: first)
    default:
      return false
    }
    return true
  }

  @inline(never)
  private mutating func reportIndexBehindPoint() {
    let digits = text(ahead: 1)
    report({ .indexBehindPoint(digits, at: $0) }, at: place(ofNext: 2))
  }

  /// The name behind a dot, where every word is a name.
  mutating func parseMemberName() {
    switch kind {
    case .elementType, .ifKeyword, .elseKeyword, .returnKeyword, .noneKeyword, .trueKeyword, .falseKeyword, .underscore:
      leaf(.name)
    default:
      parseName("a name", in: "behind the dot")
    }
  }
}
