/// The kind of a token.
///
/// Spaces, newlines and comments are no tokens: they are the gaps between them.
package enum TokenKind: UInt8, Sendable {
  case identifier
  /// A backquoted name without interpolation: `` `a b` ``.
  case quotedName
  /// `` `layer{ `` of an interpolated name.
  case quotedNameHead
  /// `}.{` between two interpolations of a name.
  case quotedNameMiddle
  /// `` }` `` after the last interpolation of a name.
  case quotedNameTail
  case integer
  case float
  case string
  case bytes
  /// The name of an element type: `f32`.
  case elementType

  case ifKeyword, elseKeyword, returnKeyword, noneKeyword, trueKeyword, falseKeyword
  case underscore

  case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, colon, semicolon, dot, question, tilde, dollar, arrow
  case ellipsis, range
  case assign
  case plus, minus, star, slash, percent, at, power
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case not, and, or
  case pipe

  /// Bytes that begin no token.
  case invalid
  case endOfFile

  /// What the parser sees instead of a token where a newline ends the statement; no token is of this kind.
  case newline
}

extension TokenKind {
  /// True for what carries a statement over the newline before it: binary operators and what can only go on with it.
  ///
  /// `@` may begin an annotation and does not.
  package var continuesLine: Bool {
    switch self {
    case .pipe, .plus, .minus, .star, .slash, .percent, .power, .equal, .notEqual, .less, .lessOrEqual, .greater,
      .greaterOrEqual, .and, .or, .arrow, .elseKeyword, .leftBrace, .rightParenthesis, .rightBracket, .rightBrace,
      .endOfFile:
      true
    default: false
    }
  }
}
