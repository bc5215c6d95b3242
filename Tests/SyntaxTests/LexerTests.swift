import Syntax
import Testing

@Suite struct LexerTests {
  /// The tokens of a text as `kind text`, without the end of the file.
  private func tokens(of text: String) -> [String] {
    let tree = SyntaxTree.parse(Array(text.utf8))
    expectInvariants(tree)
    return (0..<tree.tokens.count - 1).map { "\(tree.tokens.kinds[$0]) \(tree.text($0))" }
  }

  @Test(
    arguments: [
      (
        "layer_1 _x X9 _ __", ["identifier layer_1", "identifier _x", "identifier X9", "underscore _", "identifier __"]
      ),
      (
        "if else return none true false",
        [
          "ifKeyword if", "elseKeyword else", "returnKeyword return", "noneKeyword none", "trueKeyword true",
          "falseKeyword false",
        ]
      ),
      (
        "iff model type If f8e4m3fnuz f8e4m3 bool int",
        [
          "identifier iff", "identifier model", "identifier type", "identifier If", "elementType f8e4m3fnuz",
          "identifier f8e4m3", "elementType bool", "identifier int",
        ]
      ),
      (
        "0 12 0xFf 1.5 1e-3 2.0E+8",
        ["integer 0", "integer 12", "integer 0xFf", "float 1.5", "float 1e-3", "float 2.0E+8"]
      ),
      ("0x1p-126 0x1.8P3", ["float 0x1p-126", "float 0x1.8P3"]),
      ("0..<n", ["integer 0", "range ..<", "identifier n"]), ("0..n", ["integer 0", "range ..", "identifier n"]),
      (
        "a.0.1.b x .5 1.5.2",
        [
          "identifier a", "dot .", "integer 0", "dot .", "integer 1", "dot .", "identifier b", "identifier x",
          "float .5",
          "float 1.5", "float .2",
        ]
      ),
      ("1...2", ["integer 1", "ellipsis ...", "integer 2"]),
      ("0::2", ["integer 0", "colon :", "colon :", "integer 2"]),
      ("'a' \"b\" b\"c\" b'd' b", ["string 'a'", "string \"b\"", "bytes b\"c\"", "bytes b'd'", "identifier b"]),
      ("\"a\\\"b\" '\\\\'", ["string \"a\\\"b\"", "string '\\\\'"]),
      ("ab\"c\"", ["identifier ab", "string \"c\""]),
      (
        "( ) [ ] { } , : ; . ? ~ $ @",
        [
          "leftParenthesis (", "rightParenthesis )", "leftBracket [", "rightBracket ]", "leftBrace {", "rightBrace }",
          "comma ,", "colon :", "semicolon ;", "dot .", "question ?", "tilde ~", "dollar $", "at @",
        ]
      ),
      (
        "+ - * / % ** -> = == != < <= > >= ! && || |>",
        [
          "plus +", "minus -", "star *", "slash /", "percent %", "power **", "arrow ->", "assign =", "equal ==",
          "notEqual !=", "less <", "lessOrEqual <=", "greater >", "greaterOrEqual >=", "not !", "and &&", "or ||",
          "pipe |>",
        ]
      ),
      ("a// comment\nb /// doc", ["identifier a", "identifier b"]),
      ("\u{FEFF}a\r\n\tb", ["identifier a", "identifier b"]),
      ("", []),
    ] as [(String, [String])])
  func tokens(text: String, expected: [String]) {
    #expect(tokens(of: text) == expected)
  }

  @Test(
    arguments: [
      ("`a b`", ["quotedName `a b`"]),
      ("`{i}`", ["quotedNameHead `{", "identifier i", "quotedNameTail }`"]),
      (
        "`a{i + 1}.b{f[{x}]}`c",
        [
          "quotedNameHead `a{", "identifier i", "plus +", "integer 1", "quotedNameMiddle }.b{", "identifier f",
          "leftBracket [", "leftBrace {", "identifier x", "rightBrace }", "rightBracket ]", "quotedNameTail }`",
          "identifier c",
        ]
      ),
      (
        "`a{`b{i}`}` }",
        [
          "quotedNameHead `a{", "quotedNameHead `b{", "identifier i", "quotedNameTail }`", "quotedNameTail }`",
          "rightBrace }",
        ]
      ),
      ("`\\{ \\` //`", ["quotedName `\\{ \\` //`"]),
      // An interpolation ends with its line, so that the next brace is a brace again.
      ("`a{i\n}", ["quotedNameHead `a{", "identifier i", "rightBrace }"]),
    ])
  func names(text: String, expected: [String]) {
    #expect(tokens(of: text) == expected)
  }

  @Test(arguments: [
    ("a b\nc // d\n\n e", "a b ⏎c ⏎e"), ("\na", "⏎a"), ("a /* b", "a / * b"),
  ])
  func newlines(text: String, expected: String) {
    let tree = SyntaxTree.parse(Array(text.utf8))
    let marked = (0..<tree.tokens.count - 1).map { (tree.tokens.followsNewline($0) ? "⏎" : "") + tree.text($0) }
    #expect(marked.joined(separator: " ") == expected)
  }

  @Test(arguments: [
    ("^", "invalid-character", 0..<1), ("a £ b", "invalid-character", 2..<4), ("^^\u{1}", "invalid-character", 0..<2),
    ("\"abc\nd", "unterminated-string", 0..<4), ("'a\\", "unterminated-string", 0..<3),
    ("\"a\\\n\"b\"", "unterminated-string", 0..<3), ("`abc\n", "unterminated-name", 0..<4),
    ("`a{i}b", "unterminated-name", 4..<6), ("12ab", "malformed-number", 0..<4), ("1_000", "malformed-number", 0..<5),
    ("0x", "malformed-number", 0..<2), ("0xg", "malformed-number", 0..<3), ("0x1.8", "malformed-number", 0..<5),
    ("0x1p", "malformed-number", 0..<4), ("1e", "malformed-number", 0..<2), ("1e+", "malformed-number", 0..<2),
  ])
  func problems(text: String, identifier: String, range: Range<Int>) throws {
    let tree = SyntaxTree.parseExpression(Array(text.utf8))
    expectInvariants(tree)
    let problem = try #require(tree.diagnostics.first { $0.identifier == identifier })
    #expect(problem.place.range == range)
  }

  @Test func runsOfTheSameInvalidByteAreOneProblem() {
    let tree = SyntaxTree.parse([UInt8](repeating: 1, count: 10_000))
    #expect(tree.tokens.count == 2)
    #expect(tree.problems.filter { $0 == "! invalid-character" }.count == 1)
  }

  @Test(arguments: [
    ("1.", "1.0"), (".5", "0.5"), (".5e3", "0.5e3"), ("x + 1.", "x + 1.0"), ("[1., .25]", "[1.0, 0.25]"),
    ("f(k: 3)", "f(k=3)"),
  ])
  func fixes(text: String, fixed: String) {
    let tree = SyntaxTree.parseExpression(Array(text.utf8))
    var bytes = tree.source
    for edit in tree.diagnostics.flatMap(\.fixes).flatMap(\.edits).reversed() {
      bytes.replaceSubrange(edit.place.range, with: edit.replacement.utf8)
    }
    #expect(String(decoding: bytes, as: UTF8.self) == fixed)
    #expect(SyntaxTree.parseExpression(bytes).diagnostics.isEmpty)
  }
}
