extension Diagnostic {
  /// Something else stands where the grammar wants `what`.
  static func expected(
    _ what: String, in context: String, found: String, at place: Place, fixes: [Fix] = []
  ) -> Diagnostic {
    Diagnostic("expected-token", "expected \(what) \(context), found \(found)", at: place, fixes: fixes)
  }

  static func notText(_ message: String, at place: Place) -> Diagnostic {
    Diagnostic("not-text", message, at: place)
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

  /// - Parameter gap: the colon with the blanks behind it.
  static func colonForEquals(name: String, gap: Place, at place: Place) -> Diagnostic {
    Diagnostic(
      "colon-for-equals", "a colon labels an instance; configuration takes an equals sign: `\(name)=…`", at: place,
      fixes: [Fix("Replace the colon by an equals sign", [Fix.Edit(gap, "=")])])
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
    case .hash:
      return foreign(text, wanted: "//", "a comment begins with two slashes", at: place)
    case .unterminatedString:
      let quote = text.hasPrefix("'") || text.hasPrefix("b'") ? "'" : "\""
      return Diagnostic(
        "unterminated-string", "this string has no closing quote on its line", at: place,
        fixes: [closing(with: quote, behind: source[problem.range], at: place)])
    case .unterminatedName:
      return Diagnostic(
        "unterminated-name", "this name has no closing backquote on its line", at: place,
        fixes: [closing(with: "`", behind: nameBytes(source[problem.range]), at: place)])
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
        "malformed-number", "`\(excerpt(source[problem.range]))` is neither a number nor a name", at: place,
        fixes: plainNumber(text).map { [Fix("Write `\($0)`", [Fix.Edit(place, $0)])] } ?? [])
    }
  }

  /// The number that is meant by `1_000`, `1.5f` or `8L`.
  private static func plainNumber(_ text: String) -> String? {
    var digits = text.filter { $0 != "_" }
    if let last = digits.last, "fFdDlLuU".contains(last), !digits.hasPrefix("0x") { digits.removeLast() }
    guard digits != text, digits.first?.isNumber == true, digits.last?.isNumber == true else { return nil }
    let points = digits.count { $0 == "." }
    guard digits.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
    return points == 1 || points == 0 && Int(digits) != nil ? digits : nil
  }

  /// Writes what closes a string or a name behind its last byte that is not blank.
  private static func closing(with quote: String, behind content: ArraySlice<UInt8>, at place: Place) -> Fix {
    let end = (content.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") } ?? content.startIndex) + 1
    // The last of an odd number of backslashes would quote what closes.
    let backslashes = content[..<end].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
    return Fix(
      quote == "`" ? "Close the name" : "Close the string",
      [Fix.Edit(Place(file: place.file, range: end..<end), (backslashes % 2 == 1 ? "\\" : "") + quote)])
  }

  /// What of an unterminated name is probably the name: up to a bracket, a comma, an equals sign, or a space with no more of it
  /// behind.
  private static func nameBytes(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var name = content.prefix(1)
    while name.endIndex < content.endIndex {
      let rest = content[name.endIndex...]
      if " ()[]{},=".utf8.contains(rest[rest.startIndex]) {
        let word = rest.dropFirst().prefix { $0.isNamePart }
        let isName = rest.first == UInt8(ascii: " ") && !word.isEmpty && name.last != UInt8(ascii: ":")
        if !isName || ["as", "else", "in", "where"].contains(where: { word.elementsEqual($0.utf8) }) { break }
      }
      name = content[content.startIndex...name.endIndex]
    }
    while name.count > 1, name.last == UInt8(ascii: ":") { name.removeLast() }
    return name
  }
}
