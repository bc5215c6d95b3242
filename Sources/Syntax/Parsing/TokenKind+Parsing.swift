// What the parser asks of the token that follows.

extension TokenKind {
  /// Whether the tokens are words that name nothing; `_` aside, which has its own meaning as a name.
  var isReservedWord: Bool {
    switch self {
    case .elementType, .noneKeyword, .trueKeyword, .falseKeyword: true
    default: false
    }
  }

  /// Whether the token begins a value that is certainly no callee.
  var beginsConfiguration: Bool {
    switch self {
    case .integer, .float, .string, .bytes, .elementType, .minus, .not, .trueKeyword, .falseKeyword, .noneKeyword,
      .ifKeyword, .leftBracket, .leftParenthesis, .leftBrace, .dollar, .underscore:
      true
    default: false
    }
  }

  /// Whether `require` followed by this token is the keyword.
  ///
  /// It is before whatever begins an expression, for a statement begins with no call and no element.
  var beginsRequirement: Bool {
    switch self {
    case .identifier, .quotedName, .quotedNameHead, .integer, .float, .string, .bytes, .elementType, .not, .minus,
      .trueKeyword, .falseKeyword, .noneKeyword, .ifKeyword, .leftParenthesis, .leftBracket, .dollar, .underscore:
      true
    default: false
    }
  }

  /// Whether it stands where the name of a file in quotes should, and means something else there.
  var isNoFile: Bool {
    switch self {
    case .identifier, .quotedName, .integer, .float, .bytes, .elementType, .trueKeyword, .falseKeyword, .noneKeyword,
      .dollar:
      true
    default: false
    }
  }

  var beginsResults: Bool {
    switch self {
    case .elementType, .identifier, .leftParenthesis, .leftBracket: true
    default: false
    }
  }
}

extension Tokens {
  /// Whether a statement goes on with this token at the start of a line; `*name =` there begins another one.
  func continuesLine(_ token: Int, _ brackets: BracketPairs) -> Bool {
    guard kinds[token] == .star else { return kinds[token].continuesLine }
    switch kinds[token + 1] {
    case .identifier, .quotedName, .quotedNameHead, .underscore:
      let next = kinds[(brackets.closing(of: token + 1) ?? token + 1) + 1]
      return next != .assign && next != .comma
    default: return true
    }
  }
}
