import Syntax
import Testing

@Suite struct NewlineTests {
  @Test(
    arguments: [
      "|>", "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=", "&&", "||",
    ])
  func operatorsContinueALine(symbol: String) {
    #expect(outline(body: "y = a\n    \(symbol) b") == "(binding (target y) (\(symbol) a b))")
  }

  @Test(arguments: [
    ("a = x\nb = y", "(binding (target a) x)\n(binding (target b) y)"),
    // `@` begins an annotation at the start of a line, and multiplies elsewhere.
    ("a = x\n@name(\"n\")\nb = y", "(binding (target a) x)\n(binding (annotation name (args \"n\")) (target b) y)"),
    ("a = x @ name(y)", "(binding (target a) (@ x (call name (args y))))"),
    ("a = (x\n@ name(y))", "(binding (target a) (paren (@ x (call name (args y)))))"),
    // `*name =` begins a statement, other stars multiply.
    ("a = x\n*parts = f(y)", "(binding (target a) x)\n(binding (target parts) (call f (args y)))"),
    ("a = x\n*parts, b = f(y)", "(binding (target a) x)\n(binding (target parts) (target b) (call f (args y)))"),
    ("a = x\n*_ = f(y)", "(binding (target a) x)\n(binding (target _) (call f (args y)))"),
    ("a = x\n*`p{i}` = f(y)", "(binding (target a) x)\n(binding (target (quotedName i)) (call f (args y)))"),
    ("a = x\n* parts + b", "(binding (target a) (+ (* x parts) b))"),
    ("a = x\n* parts == b", "(binding (target a) (== (* x parts) b))"),
    // Brackets at the start of a line do not go on with the line before.
    ("a = x\n(y)", "(binding (target a) x)\n(error (error))\n! expected-token"),
    ("a = x // why\n    // more\n    + y", "(binding (target a) (+ x y))"),
    ("a = x\r\n    + y\r\nb = y", "(binding (target a) (+ x y))\n(binding (target b) y)"),
    ("a = f(\n    x,\n    k=1,\n)\nb = y", "(binding (target a) (call f (args x (= k 1))))\n(binding (target b) y)"),
    ("a = f\n(x)", "(binding (target a) f)\n(error (error))\n! expected-token"),
    ("a = [\nx\n,\ny]", "(binding (target a) (list x y))"), ("a = (x\n+\ny)", "(binding (target a) (paren (+ x y)))"),
    ("(\n@n\na) = f()", "(binding (target (annotation n) a) (call f (args)))"),
    ("@n (\n@m a) = f()", "(binding (annotation n) (target (annotation m) a) (call f (args)))"),
    (
      "param w: [\np\n: T[N]; i in n]",
      "(parameterStatement w (listInput (parameter p (tensor T (dims N))) i n))"
    ),
    ("a = f(x\n[0])", "(binding (target a) (call f (args (index x 0))))"),
    (
      "if a {\nb = c\n}\nelse {\nb = d\n}",
      "(ifStatement a (body (binding (target b) c)) (body (binding (target b) d)))"
    ),
    ("if a\n{\nb = c\n}", "(ifStatement a (body (binding (target b) c)))"),
    ("a = if b {\n    c\n} else {\n    d\n}", "(binding (target a) (conditional b c d))"),
    ("return\na = b", "(returnStatement)\n(binding (target a) b)"),
    ("return a,\n    b", "(returnStatement a ·)\n(error (target b))\n! expected-token\n! bare-expression"),
    ("a = x +\n    y", "(binding (target a) (+ x ·))\n(error (target y))\n! expected-token\n! bare-expression"),
    ("a =\nb = y", "(binding (target a) ·)\n(binding (target b) y)\n! expected-token"),
  ])
  func statements(text: String, expected: String) {
    #expect(outline(body: text) == expected)
  }

  @Test func bracesInsideParenthesesMakeNewlinesCount() {
    let text = """
      y = If(c, then_branch={
          a = x
          *b = f(a)
          @name("n") d = (a
              @ x)
          return d
      }, else_branch={ return x })
      z = y
      """
    #expect(
      outline(body: text) == """
        (binding (target y) (call If (args c (= then_branch (graphLiteral (body (binding (target a) x) \
        (binding (target b) (call f (args a))) (binding (annotation name (args "n")) (target d) (paren (@ a x))) \
        (returnStatement d)))) (= else_branch (graphLiteral (body (returnStatement x)))))))
        (binding (target z) y)
        """)
  }

  @Test(arguments: [
    "model m(x: f32[N])\n    -> (y: f32[N])\n    where N > 1 {\n    return x\n}",
    "model m(\n    x: f32[N],\n) -> (\n    y: f32[N]\n)\nwhere N > 1\n{\n    return x\n}",
    "model m(x: f32[N]) -> (y: f32[N]) where N > 1 { return x }",
  ])
  func signatures(text: String) {
    #expect(
      outline(file: text) == """
        (modelDeclaration m (parameters (parameter x (tensor f32 (dims N)))) \
        (resultList (parameter y (tensor f32 (dims N)))) (whereClause (> N 1)) (body (returnStatement x)))
        """)
  }

  @Test func annotationsMayStandOnLinesOfTheirOwn() {
    let text = "@ir_version(9)\n@doc(\"A\") @meta(\"k\", \"v\")\nmodel m() {\n    @a\n    @b @c\n    x, @d y = f()\n}"
    #expect(
      outline(file: text) == """
        (modelDeclaration (annotation ir_version (args 9)) (annotation doc (args "A")) \
        (annotation meta (args "k" "v")) m (parameters) (body (binding (annotation a) (annotation b) (annotation c) \
        (target x) (target (annotation d) y) (call f (args)))))
        """)
  }
}
