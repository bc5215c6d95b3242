extension Diagnostic {
  /// Something else stands where the grammar wants `what`.
  static func expected(_ what: String, in context: String, found: String, at place: Place) -> Diagnostic {
    Diagnostic("expected-token", "expected \(what) \(context), found \(found)", at: place)
  }

  static func nestedTooDeeply(at place: Place, limit: Int) -> Diagnostic {
    Diagnostic("nested-too-deeply", "brackets and blocks are nested more than \(limit) deep here", at: place)
  }

  /// An expression of more operators and calls in a row than `limit`.
  static func chainTooLong(at place: Place, limit: Int) -> Diagnostic {
    Diagnostic(
      "nested-too-deeply", "this expression has more than \(limit) steps: bind a part of it to a name", at: place)
  }

  /// A statement that computes something and binds nothing.
  static func bareExpression(at place: Place) -> Diagnostic {
    Diagnostic(
      "bare-expression", "this is no statement: bind a result with `name = …`, or return it with `return …`", at: place)
  }

  static func colonForEquals(name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "colon-for-equals", "a colon labels an instance; configuration takes an equals sign: `\(name)=…`", at: place,
      fixes: [Fix("Replace the colon by an equals sign", [Fix.Edit(place, "=")])])
  }

  static func chainedComparison(at place: Place) -> Diagnostic {
    Diagnostic("chained-comparison", "comparisons do not chain: write `a < b && b < c`", at: place)
  }

  /// An operator behind the callee of a pipe, which binds looser than any operator.
  static func operatorBehindPipe(at place: Place) -> Diagnostic {
    Diagnostic(
      "operator-behind-pipe", "`|>` binds looser than this operator: write `(x |> f) + y`, or name the result first",
      at: place)
  }

  static func misplacedLabel(at place: Place) -> Diagnostic {
    Diagnostic("misplaced-label", "a label is a name or a path such as `layers[0].attn`", at: place)
  }

  /// The beginning of a text that may be long.
  static func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.count <= 60 ? String(decoding: bytes, as: UTF8.self) : String(decoding: bytes.prefix(57), as: UTF8.self) + "…"
  }

  /// A problem with the spelling of one token.
  static func spelling(_ problem: Lexer.Problem, file: UInt32, source: [UInt8]) -> Diagnostic {
    let place = Place(file: file, range: problem.range)
    let text = String(decoding: source[problem.range], as: UTF8.self)
    switch problem.kind {
    case .invalidCharacter:
      return Diagnostic(
        "invalid-character",
        "`\(excerpt(source[problem.range]))` has no meaning outside strings, comments and backquotes", at: place)
    case .unterminatedString:
      return Diagnostic("unterminated-string", "this string has no closing quote on its line", at: place)
    case .unterminatedName:
      return Diagnostic("unterminated-name", "this name has no closing backquote on its line", at: place)
    case .trailingPoint:
      return Diagnostic(
        "malformed-number", "a number needs a digit behind its point: `\(text)0`", at: place,
        fixes: [Fix("Write `\(text)0`", [Fix.Edit(place, text + "0")])])
    case .leadingPoint:
      return Diagnostic(
        "malformed-number", "a number needs a digit before its point: `0\(text)`", at: place,
        fixes: [Fix("Write `0\(text)`", [Fix.Edit(place, "0" + text)])])
    case .malformedNumber:
      return Diagnostic(
        "malformed-number", "`\(excerpt(source[problem.range]))` is neither a number nor a name", at: place)
    }
  }
}
