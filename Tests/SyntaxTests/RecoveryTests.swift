import Syntax
import Testing

/// A broken text: what is wrong with it is found, and the statements after it are whole.
@Suite struct RecoveryTests {
  @Test(
    arguments: [
      ("a =", ["expected-token"]), ("a = f(x,", ["expected-token"]), ("a = f(x", ["expected-token"]),
      ("a = f(", ["expected-token"]), ("a = f(x, [1, 2", ["expected-token"]), ("a = f(x, k=", ["expected-token"]),
      ("a = f(x +", ["expected-token"]), ("a = (x", ["expected-token"]), ("a = x[1:", ["expected-token"]),
      ("a = x |>", ["expected-token"]), ("a = x |> l:", ["expected-token"]), ("a = x.", ["expected-token"]),
      ("a = if c { x", ["expected-token"]), ("a = f32[2]{1.0,", ["expected-token"]), ("a, = f()", ["expected-token"]),
      ("a,", ["expected-token"]), ("a", ["bare-expression"]), ("f(x)", ["bare-expression"]),
      ("f(x", ["bare-expression"]), ("x.y = f(", ["bare-expression"]), ("a == x", ["expected-token"]),
      ("a += x", ["foreign-spelling"]), ("a = x y", ["expected-token"]), ("a = x)", ["expected-token"]),
      ("a = f(x]", ["expected-token"]), ("a = f(x y)", ["expected-token"]), ("a = f(,x)", ["expected-token"]),
      ("[0]: F(x)", ["expected-token"]), ("= x", ["expected-token"]), ("a = \"abc", ["unterminated-string"]),
      ("a = `abc", ["unterminated-name"]), ("a = `l{i: F(x)", ["expected-token"]),
      ("a = `l{i j}`: F(x)", ["expected-token"]),
      ("a = `l{`: F(x)", ["unterminated-name"]),
      ("a = x ^ y", ["invalid-character"]),
      ("a: = x", ["expected-token"]), ("a: f32[N = x", ["expected-token"]), ("a = x[[", ["expected-token"]),
      ("param w", ["expected-token"]), ("param w:", ["expected-token"]), ("const k = 1", ["expected-token"]),
      ("layer l", ["expected-token"]), ("require a, b", ["expected-token"]), ("@name(\"x\"", ["expected-token"]),
      ("if a { b = x } else", ["expected-token"]), ("repeat i { }", ["expected-token"]),
      ("scope { }", ["bare-expression"]),
      ("a = $", ["expected-token"]), ("a = - -", ["expected-token"]), ("a = x < y < z", ["chained-comparison"]),
      ("model.x()", ["bare-expression"]), ("else { a = x }", ["expected-token"]), ("return a,", ["expected-token"]),
      ("a = f(g=(i: i64[]", ["expected-token"]),
      ("a = Loop(body=(i: i64[]) {\n        b = c(\n    })", ["expected-token"]),
      ("a = If(c, then_branch=\n        b = x\n        return b\n    }, else_branch={ return x })", ["expected-token"]),
      ("a = If(\n        c,\n        then_branch=\n            return x\n        },\n    )", ["expected-token"]),
    ] as [(String, [String])])
  func laterStatementsAreWhole(broken: String, identifiers: [String]) throws {
    let text = """
      block First(x: T[N]) -> T[N] {
          \(broken)
          last = Relu(x)
          param weight: T[N]
          return last
      }

      block Second(x: T[N]) -> T[N] {
          return x
      }
      """
    let tree = SyntaxTree.parse(Array(text.utf8))
    expectInvariants(tree)
    #expect(tree.diagnostics.map(\.identifier).sorted() == identifiers.sorted())
    #expect(tree.root.children.map(\.kind) == [.blockDeclaration, .blockDeclaration])
    let body = try #require(tree.root.firstChild?.child(.body))
    let statements = Array(body.children.map(\.outline).suffix(3))
    // An annotation that was not finished belongs to the statement after it.
    #expect(statements[0].hasSuffix("(target last) (call Relu (args x)))"))
    #expect(
      Array(statements.dropFirst()) == ["(parameterStatement weight (tensor T (dims N)))", "(returnStatement last)"])
  }

  @Test(arguments: [
    ("block A(x: T[N]) {\n    a = f(x\n", ["expected-token"]),
    ("block A(x: T[N]) {", ["expected-token"]),
    ("block A(x: T[N] {\n    a = x\n}", ["expected-token"]), ("block A(x {\n    a = x\n}", ["expected-token"]),
    ("block A(\n", ["expected-token"]), ("block A(@b(1)", ["expected-token"]),
    ("block A() {\n    @b", ["expected-token"]), ("block A() {\n    x, @b", ["expected-token"]),
    ("block A\n", ["expected-token"]),
    ("block A(x: T[N]) ->\n", ["expected-token"]),
    ("block A(x: T[N]) {\n    if x {\n", ["expected-token"]), ("block A() {\n    a = x\n}\n}", ["expected-token"]),
    ("a = b", ["expected-token"]), ("use onnx", ["expected-token"]), ("use onnx 21 22", ["expected-token"]),
    ("import", ["expected-token"]), ("recipe r m { f() }", ["expected-token"]),
    ("recipe r for m {\n    f(\n", ["expected-token"]),
    ("operator d.F", ["expected-token"]), ("@doc(\"x\")\nfoo", ["expected-token"]),
    ("\"abc", ["unterminated-string"]),
    ("block A(x: [(`p{i}`: f32[N]; i in 0..<2]) { }", ["expected-token"]),
    ("block A(x: map<N, f32[]>) { }", ["expected-token"]),
  ])
  func laterDeclarationsAreWhole(broken: String, identifiers: [String]) throws {
    let tree = SyntaxTree.parse(Array("\(broken)\nblock Last(x: T[N]) -> T[N] {\n    return x\n}\n".utf8))
    expectInvariants(tree)
    #expect(tree.diagnostics.map(\.identifier).sorted() == identifiers.sorted())
    let last = Array(tree.root.children).last?.outline
    #expect(
      last == """
        (blockDeclaration Last (parameters (parameter x (tensor T (dims N)))) (resultList (tensor T (dims N))) \
        (body (returnStatement x)))
        """)
  }

  @Test(arguments: [
    ("a = f(x,\n        y,\n        z", "(binding (target a) (call f (args x y z)))"),
    ("a = f(\n        x\n        y\n    )", "(binding (target a) (call f (args x y)))"),
    ("a = [1, 2", "(binding (target a) (list 1 2))"),
    ("a = f(x, k=3", "(binding (target a) (call f (args x (= k 3))))"),
    ("a = f(g(x, h(y", "(binding (target a) (call f (args (call g (args x (call h (args y)))))))"),
    ("a = x |> l: F(k=1 |> G", "(binding (target a) (|> x (label l (call F (args (= k (|> 1 G)))))))"),
    ("a = f(x) y z", "(binding (target a) (call f (args x)))\n(error)"),
    // A comment of C's that does not end hides its line alone.
    ("a = f(x) /* y(", "(binding (target a) (call f (args x)))\n(error)"),
    ("a = f(x) /* y(\n    z */", "(binding (target a) (call f (args x)))\n(error)"),
  ])
  func whatIsThereIsKept(broken: String, expected: String) {
    let found = outline(body: "    \(broken)\n    b = y").split(separator: "\n").filter { !$0.hasPrefix("!") }
    #expect(found.joined(separator: "\n") == "\(expected)\n(binding (target b) y)")
  }

  @Test(arguments: [
    ("a =", 4, "expected an expression here, found a new line"),
    ("a = f(x", 8, "expected `,` or `)` in the arguments, found a new line"),
    ("a = f(x y)", 9, "expected `,` or `)` in the arguments, found `y`"),
    ("f(x)", 1, "this is no statement: bind a result with `name = …`, or return it with `return …`"),
    ("x = f(k: 3)", 8, "a colon labels an instance; configuration takes an equals sign: `k=…`"),
    ("x = f(y): G", 5, "a label is a name or a path such as `layers[0].attn`"),
  ])
  func messages(broken: String, column: Int, message: String) throws {
    let source = Array("block B() {\n\(broken)\nb = y\n}".utf8)
    let problem = try #require(SyntaxTree.parse(source).diagnostics.first)
    let position = LineIndex(source).position(of: problem.place.range.lowerBound, in: source)
    #expect(position.line == 2)
    #expect(position.column == column)
    #expect(problem.message == message)
  }
}
