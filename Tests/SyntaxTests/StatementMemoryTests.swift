import Syntax
import Testing

/// A line with tokens of the same kinds as one before is not read again: its tree is what it would be by itself.
@Suite struct StatementMemoryTests {
  private static let lines = [
    "a = f(x)", "long = g(other)", "a = not(x)", "a = f(x, y)", "a = f(x, k=[1, 2])", "b = g(y, n=[3, 4])",
    "a = b + c", "a = b and c", "a = b is c", "a = b & c", "a = b && c", "a = b | c", "a = b || c", "a = ints []",
    "a = more []", "a = x[0:2]", "a = x[1]", "a = not b", "a = -b", "a: f32[N] = f(x)", "a, b = f(x)", "a, _ = f(x)",
    "a = type f32", "a = kind f32", "a = x |> F", "a = x.y", "a = l: F(x)", "a = `q r`", "a = `l{i}`: F(x)",
    "a = f(x) // text", "a = f(x); b = g(y)", "a = sparse f32[2]{1: 1.0}", "repeat = f(x)", "param = f(x)",
    "a = let(x)",
    "for = x", "in = x", "a = f(k: 3)", "a = (x)", "a = f(", "a = [1, 2", "a = x) + 1", "param w: f32[N]",
    "repeat i in 0..<2 { a = f(x) }", "repeat i in 0...2 { a = f(x) }", "return a, b",
  ]

  @Test(arguments: lines) func aLineIsTheSameBehindEveryOther(line: String) {
    let alone = statements(of: [line])
    for other in Self.lines {
      // A bracket that nobody closes, and one that nobody opened, have a say in what follows.
      guard SyntaxTree.parse(Array(body([other]).utf8)).diagnostics.isEmpty else { continue }
      let (first, both) = (statements(of: [other]), statements(of: [other, line, line]))
      let twice = statements(of: [line, line])
      #expect(both.starts(with: first), "\(other)")
      #expect(both.dropFirst(first.count).elementsEqual(twice), "\(line) behind \(other)")
      #expect(twice.starts(with: alone) || alone.isEmpty || !isSound(line), "\(line) twice")
    }
  }

  private func isSound(_ line: String) -> Bool { SyntaxTree.parse(Array(body([line]).utf8)).diagnostics.isEmpty }

  private func body(_ lines: [String]) -> String {
    "block B(x: T[N]) {\n" + lines.map { "    \($0)\n" }.joined() + "}\n"
  }

  /// The statements and the problems of a body, each with its text.
  private func statements(of lines: [String]) -> [String] {
    let tree = SyntaxTree.parse(Array(body(lines).utf8))
    guard let statements = tree.root.firstChild?.child(.body)?.children else { return [] }
    return statements.map { statement in
      let problems = tree.diagnostics.filter { statement.range.contains($0.place.range.lowerBound) }
      return "\(statement.debugDescription) \(statement.text) \(problems.map(\.message))"
    }
  }
}
