import Syntax
import Testing

/// Spellings of other languages: one problem, whose fix gives a text without one and with the same tree.
@Suite struct OtherLanguageTests {
  @Test(arguments: [
    ("x = f(y) # why", "x = f(y) // why"), ("### why\nx = y", "// why\nx = y"),
    ("x = [a, # one\n    b]", "x = [a, // one\n    b]"),
    ("repeat i in 0..3 { }", "repeat i in 0..<3 { }"), ("repeat i in 0...n { }", "repeat i in 0..<n { }"),
    ("repeat i in a..=b { }", "repeat i in a..<b { }"),
    ("for i in 0..<3 { x = y }", "repeat i in 0..<3 { x = y }"), ("for _ in a { }", "repeat _ in a { }"),
    ("let x = y", "x = y"), ("var a, b = f()", "a, b = f()"), ("val x: f32[N] = y", "x: f32[N] = y"),
    ("x := y", "x = y"), ("a, b := f(x)", "a, b = f(x)"),
    ("x = a and b", "x = a && b"), ("x = a or b and c", "x = a || b && c"), ("x = a == 1 or c", "x = a == 1 || c"),
    ("x = not a", "x = ! a"), ("x = a & b", "x = a && b"), ("x = a | b", "x = a || b"),
    ("if a is none { }", "if a == none { }"), ("if a is not none { }", "if a != none { }"),
    ("if a { } elif b { } else { }", "if a { } else if b { } else { }"),
    ("if a {\n}\nelif b {\n}", "if a {\n}\nelse if b {\n}"),
    ("if a: { x = y }", "if a { x = y }"),
    ("x = y;", "x = y"), ("    x = y; z = y", "    x = y\n    z = y"), ("if a { x = y; }", "if a { x = y }"),
    ("return x;", "return x"), ("x = y;\nz = y", "x = y\nz = y"),
  ])
  func statements(written: String, fixed: String) throws {
    try expectFixed("block B() {\n\(written)\n}\n", "block B() {\n\(fixed)\n}\n", "foreign-spelling")
  }

  @Test(arguments: [
    ("def F(x: T[N]) { }", "block F(x: T[N]) { }"), ("function F() -> T[N] { }", "block F() -> T[N] { }"),
    ("fn F() { }", "block F() { }"),
    ("from std.vision import ResNet, VGG", "import std.vision"),
    (
      "from \"./a-long-name-of-a-folder/another-long-name-of-a-folder/blocks.mica\" import B",
      "import \"./a-long-name-of-a-folder/another-long-name-of-a-folder/blocks.mica\""
    ),
    ("block B(x: T[N]): T[N] { }", "block B(x: T[N])-> T[N] { }"),
    ("block B(x: T[N]) => T[N] { }", "block B(x: T[N]) -> T[N] { }"),
    ("use onnx 21; use com.acme 1", "use onnx 21\nuse com.acme 1"), ("use onnx 21;", "use onnx 21"),
  ])
  func declarations(written: String, fixed: String) throws {
    try expectFixed(written, fixed, "foreign-spelling")
  }

  @Test(arguments: [
    ("c64 = Relu(x)", "`c64` = Relu(x)"), ("i2 = x", "`i2` = x"), ("none = x", "`none` = x"),
    ("string: f32[N] = x", "`string`: f32[N] = x"), ("a, bool = f()", "a, `bool` = f()"),
    ("x = f32: Linear(x)", "x = `f32`: Linear(x)"), ("param f16: f32[N]", "param `f16`: f32[N]"),
    ("layer true = F", "layer `true` = F"), ("repeat i8 in a { }", "repeat `i8` in a { }"),
    ("scope bool { }", "scope `bool` { }"), ("const string: i64[] = 1", "const `string`: i64[] = 1"),
  ])
  func reservedWords(written: String, fixed: String) throws {
    try expectFixed("block B() {\n\(written)\n}\n", "block B() {\n\(fixed)\n}\n", "reserved-word")
  }

  @Test(arguments: [
    ("block string() { }", "block `string`() { }", "reserved-word"),
    ("block B(string: T[N]) { }", "block B(`string`: T[N]) { }", "reserved-word"),
    ("block B(x = T[N]) { }", "block B(x : T[N]) { }", "equals-for-colon"),
    ("block B(x = f32[N], n = int) { }", "block B(x : f32[N], n : int) { }", "equals-for-colon"),
    ("block B(n = 4) { }", "block B(n: int = 4) { }", "expected-token"),
    ("block B(n = true, s = 'a') { }", "block B(n: bool = true, s: string = 'a') { }", "expected-token"),
    ("block B(x: T[N]) T[N] { }", "block B(x: T[N]) -> T[N] { }", "expected-token"),
    ("model m(x: f32[N]) (y: f32[N]) { }", "model m(x: f32[N]) -> (y: f32[N]) { }", "expected-token"),
    ("block B() {\n    x == y\n}", "block B() {\n    x = y\n}", "expected-token"),
  ])
  func signatures(written: String, fixed: String, identifier: String) throws {
    // A type that is not written has no node.
    try expectFixed(written, fixed, identifier, sameTree: !fixed.contains("int =") && !fixed.contains("bool ="))
  }

  @Test(arguments: [
    ("layers.0.conv: F(x)", "layers[0].conv: F(x)", "index-behind-point"),
    ("layers.0.1.conv.10: F(x)", "layers[0][1].conv[10]: F(x)", "index-behind-point"),
    ("`a b`.3.weight", "`a b`[3].weight", "index-behind-point"),
    ("x[0].5", "x[0][5]", "index-behind-point"),
    ("f(k: _, bias: true)", "f(k=_, bias=true)", "colon-for-equals"),
    ("f(\"abc)", "f(\"abc\")", "unterminated-string"), ("[f('a', 'b]", "[f('a', 'b']", "unterminated-string"),
    ("\"f(x)", "\"f(x)\"", "unterminated-string"), ("f(\"abc) // why", "f(\"abc\") // why", "unterminated-string"),
    ("\"abc\\", "\"abc\\\\\"", "unterminated-string"),
    ("`a b", "`a b`", "unterminated-name"), ("`a b else c", "`a b` else c", "unterminated-name"),
    ("`a b + c", "`a b` + c", "unterminated-name"), ("`a b: F(x)", "`a b`: F(x)", "unterminated-name"),
    ("`a.b: F(x)", "`a.b`: F(x)", "unterminated-name"),
    ("1_000 + 1.5f", "1000 + 1.5", "malformed-number"), ("1_000.5", "1000.5", "malformed-number"),
    ("1_0.2.3", "1_0.2.3", "malformed-number"),
    ("1_000_000_000_000_000_000_000", "1_000_000_000_000_000_000_000", "malformed-number"),
  ])
  func expressions(written: String, fixed: String, identifier: String) {
    let tree = SyntaxTree.parseExpression(Array(written.utf8))
    expectInvariants(tree)
    #expect(tree.diagnostics.first?.identifier == identifier)
    #expect(String(decoding: tree.applyingFixes(), as: UTF8.self) == fixed)
  }

  @Test(arguments: [
    ("x += y", "x = x + y"), ("x *= y + 1", "x = x * (y + 1)"), ("x -= f(y)", "x = x - f(y)"),
    ("x **= if a { b } else { c }", "x = x ** (if a { b } else { c })"),
  ])
  func changesOfAName(written: String, fixed: String) throws {
    try expectFixed("block B() {\n\(written)\n}\n", "block B() {\n\(fixed)\n}\n", "foreign-spelling", sameTree: false)
  }

  @Test func anImportedNameIsTheNameOfTheImport() throws {
    try expectFixed(
      "import b from \"./b.mica\"\n", "import \"./b.mica\" as b\n", "foreign-spelling", sameTree: false)
    try expectFixed("import b from std.text\n", "import std.text\n", "foreign-spelling")
  }

  /// Where the words are names, they stay names.
  @Test(arguments: [
    "and = f(or)", "x = and + or", "not = f(not)", "x = f(and=1, not=2)", "x = not.a", "x = not(a)", "for = x",
    "let = x",
    "x = let", "elif = x", "if a { }\nelif = x", "x = is", "x = [not, and]", "x = a[and:or]", "def = x", "x = from",
  ])
  func wordsAreNames(text: String) {
    let tree = SyntaxTree.parse(Array("block B() {\n\(text)\n}".utf8))
    expectInvariants(tree)
    #expect(tree.diagnostics == [])
  }

  /// Whoever reads the tree finds the operators that are meant.
  @Test func wordsAreTakenForOperators() {
    let tree = SyntaxTree.parseExpression(Array("a and not b or c is not d".utf8))
    let operators: Set<TokenKind> = [.and, .not, .or, .notEqual]
    #expect(tree.tokens.kinds.filter(operators.contains) == [.and, .not, .or, .notEqual, .notEqual])
  }

  @Test func aColonBeforeABodyIsOneProblem() {
    let text = "if a:\n    x = y\nelse:\n    x = z\n"
    #expect(outline(body: text).contains("! foreign-spelling"))
    #expect(outline(body: text).contains("(binding (target x) y)"))
  }

  private func expectFixed(
    _ written: String, _ fixed: String, _ identifier: String, sameTree: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tree = SyntaxTree.parse(Array(written.utf8))
    expectInvariants(tree, sourceLocation: sourceLocation)
    #expect(Set(tree.diagnostics.map(\.identifier)) == [identifier], sourceLocation: sourceLocation)
    let mended = SyntaxTree.parse(tree.applyingFixes())
    #expect(String(decoding: mended.source, as: UTF8.self) == fixed, sourceLocation: sourceLocation)
    #expect(mended.diagnostics == [], sourceLocation: sourceLocation)
    if sameTree { #expect(tree.shape == mended.shape, sourceLocation: sourceLocation) }
  }
}

extension SyntaxTree {
  /// The text with the first fix of every diagnostic.
  func applyingFixes() -> [UInt8] {
    var bytes = source
    let edits = diagnostics.compactMap(\.fixes.first).flatMap(\.edits)
    for edit in edits.sorted(by: { $0.place.range.lowerBound > $1.place.range.lowerBound }) {
      bytes.replaceSubrange(edit.place.range, with: edit.replacement.utf8)
    }
    return bytes
  }

  /// The kinds of the nodes, errors and quotes aside.
  var shape: String { root.shape }
}

extension Syntax {
  fileprivate var shape: String {
    let inner = children.filter { $0.kind != .error }.map(\.shape)
    return inner.isEmpty ? "\(kind == .quotedName ? .name : kind)" : "(\(kind) \(inner.joined(separator: " ")))"
  }
}
