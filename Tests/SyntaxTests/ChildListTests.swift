import Syntax
import Testing

/// Looking through the statements of a body.
@Suite struct ChildListTests {
  /// The first statement that names something is the one whose own tokens say so.
  @Test(arguments: [
    ("x", 0), ("max", 3), ("y1", 1), ("y", nil), ("comment", nil), ("text", nil), ("axis", 2), ("whole", 4), ("z", 4),
  ])
  func firstNaming(name: String, statement: Int?) {
    let text = """
      block B(x) {
          a = f(x)  // comment y
          y1 = g(a, "text")
          maximum = h(y1, axis=0)
          // comment
          b = max(y1)
          `a whole` = b
          z = b
      }
      """
    let body = SyntaxTree.parse(Array(text.utf8)).root.firstChild?.child(.body)?.childList
    guard let body else {
      Issue.record("the block has no body")
      return
    }
    // A quoted name counts as any.
    #expect(body.first(in: body.indices, naming: [name]) == (statement ?? 4))
    #expect(body.first(in: 0..<4, naming: [name]) == statement.flatMap { $0 < 4 ? $0 : nil })
    #expect(body.first(in: 5..<6, naming: [name]) == (name == "z" ? 5 : nil))
  }

  @Test func theFirstOfSeveralNamesIsFound() {
    let text = "block B(x) {\n" + (0..<50).map { "    v\($0) = f(v\($0 / 2), w\($0 % 7))\n" }.joined() + "}\n"
    let list = SyntaxTree.parse(Array(text.utf8)).root.firstChild?.child(.body)?.childList
    guard let list else {
      Issue.record("the block has no body")
      return
    }
    for start in list.indices {
      for names: Set<String> in [["v7", "w3"], ["v1"], ["w6", "v40", "v49"], ["v"], ["f"]] {
        let wanted = (start..<list.count).first { !(list.names(in: $0) ?? []).isDisjoint(with: names) }
        #expect(list.first(in: start..<list.count, naming: names) == wanted, "\(names) from \(start)")
      }
    }
  }

  @Test func sameStatementsFurtherOn() {
    func list(_ text: String) -> ChildList? {
      SyntaxTree.parse(Array("block B(x) {\n\(text)}\n".utf8)).root.firstChild?.child(.body)?.childList
    }
    let old = list("    a = f(x)\n    b = g(a)\n    c = h(b)\n")
    let new = list("    aaa = f(x)\n    b = g(a)\n    c = h(b)\n    d = c\n")
    let other = list("    aaa = f(x)\n    b = g(a)\n    c = hh(b)\n")
    guard let old, let new, let other else {
      Issue.record("a block has no body")
      return
    }
    #expect(old.areSame(1..<3, as: 1, of: new, growth: 2))
    #expect(!old.areSame(1..<3, as: 1, of: new, growth: 1))
    #expect(!old.areSame(0..<3, as: 0, of: new, growth: 0))
    #expect(old.areSame(1..<2, as: 1, of: other, growth: 2))
    #expect(!old.areSame(1..<3, as: 1, of: other, growth: 2))
    #expect(old.areSame(1..<1, as: 4, of: new, growth: 0))
  }
}
