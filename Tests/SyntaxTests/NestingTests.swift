import Syntax
import Testing

/// Texts made to exhaust the stack or the clock.
@Suite struct NestingTests {
  static let count = 100_000
  /// How often pieces other than single brackets repeat.
  static let fewer = 20_000

  /// Pieces that open something; each text repeats one, closed and unclosed, on one line and on many.
  static let openers: [(open: String, close: String)] = [
    ("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("f(k=", ")"), ("x[", "]"), ("f(g={ return ", "})"), ("-", ""),
    ("!", ""), ("2 ** ", ""), ("`a{", "}`"), ("$`{", "}`"), ("if c { ", " } else { x }"), ("if c { x } else ", ""),
    ("(x, ", ")"),
    ("[(, ", ")]"), ("f32[", "]{}"), ("f(`a{", "}`=1)"), ("f(g=(i: seq<", ""), ("a: ", ""), ("*", ""), ("@a(", ")"),
  ]

  /// The stack of a secondary thread on the strictest of platforms; unoptimised code takes four times as much.
  #if DEBUG
    static let smallStack = 2 << 20
  #else
    static let smallStack = 512 << 10
  #endif

  private func text(_ opener: (open: String, close: String), closed: Bool, newlines: Bool, count: Int) -> String {
    let inner = String(repeating: opener.open + (newlines ? "\n" : ""), count: count)
    return "block B() {\ny = \(inner)x\(closed ? String(repeating: opener.close, count: count) : "")\nz = x\n}\n"
  }

  private func expectQuick(_ text: String, _ what: String) {
    let start = ContinuousClock.now
    let tree = SyntaxTree.parse(Array(text.utf8))
    let elapsed = ContinuousClock.now - start
    // Linear time is well below; quadratic time would be minutes.
    #expect(elapsed < .seconds(10), "\(what) took \(elapsed)")
    #expect(violations(of: tree) == [], "\(what)")
    #expect(tree.diagnostics.count > 0, "\(what)")
    #expect(tree.root.debugDescription.isEmpty == false)
  }

  @Test(arguments: openers.indices, [true, false])
  func deepNestingIsAnErrorAtOnce(index: Int, closed: Bool) {
    let opener = Self.openers[index]
    let count = opener.open.utf8.count == 1 ? Self.count : Self.fewer
    for newlines in [false, true] {
      expectQuick(
        text(opener, closed: closed, newlines: newlines, count: count),
        "\(opener.open) closed: \(closed), newlines: \(newlines)")
    }
  }

  @Test(arguments: [
    "if x {\n", "scope a {\n", "repeat i in n {\n", "y = f(g={\n", "a, ", "a: seq<", "a: [", "a: f32[", "@a ", "@a\n",
    "}", ")", "]", "([", "(]", "{)", "`{(", "}`",
  ])
  func deepStatementsAreAnErrorAtOnce(piece: String) {
    expectQuick("block B() {\n" + String(repeating: piece, count: Self.fewer), piece)
  }

  @Test(arguments: [" + x", " ** x", " |> f", ".m", "[0]", "(x)", " && x", "~v", ": l"])
  func longChainsAreAnError(link: String) throws {
    let tree = SyntaxTree.parse(
      Array(("block B() {\ny = x" + String(repeating: link, count: Self.fewer) + "\nz = x\n}\n").utf8))
    #expect(violations(of: tree) == [])
    #expect(tree.diagnostics.contains { $0.identifier == "nested-too-deeply" })
    #expect(Array(try #require(tree.root.firstChild?.child(.body)).children).last?.outline == "(binding (target z) x)")
  }

  @Test(arguments: ["(", "[", "-", "f(k="])
  func ordinaryDepthIsFine(open: String) {
    let close = open == "(" || open == "f(k=" ? ")" : open == "[" ? "]" : ""
    let text = String(repeating: open, count: 90) + "x" + String(repeating: close, count: 90)
    #expect(SyntaxTree.parseExpression(Array(text.utf8)).diagnostics == [])
  }

  @Test(arguments: [" + x", " |> f", "[0]"])
  func ordinaryChainsAreFine(link: String) {
    let text = "x" + String(repeating: link, count: 450)
    #expect(SyntaxTree.parseExpression(Array(text.utf8)).diagnostics == [])
  }

  @Test func deepNestingFitsASmallStack() {
    let texts = Self.openers.flatMap { opener in
      [true, false].map { Array(text(opener, closed: $0, newlines: false, count: 1000).utf8) }
    }
    let diagnosed = onThread(stack: Self.smallStack) { texts.map { SyntaxTree.parse($0).diagnostics.count } }
    #expect(diagnosed.count == texts.count)
    #expect(diagnosed.allSatisfy { $0 > 0 })
  }
}
