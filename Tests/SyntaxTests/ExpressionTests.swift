import Syntax
import Testing

@Suite struct ExpressionTests {
  @Test(arguments: [
    ("a + b * c", "(+ a (* b c))"), ("a * b + c", "(+ (* a b) c)"), ("a - b - c", "(- (- a b) c)"),
    ("a @ b * c / d % e", "(% (/ (* (@ a b) c) d) e)"), ("a + b < c - d", "(< (+ a b) (- c d))"),
    ("a < b && c == d || e", "(|| (&& (< a b) (== c d)) e)"), ("a || b && c", "(|| a (&& b c))"),
    ("a != b", "(!= a b)"), ("a <= b", "(<= a b)"), ("a >= b", "(>= a b)"), ("a > b", "(> a b)"),
    ("2 ** 3 ** 4", "(** 2 (** 3 4))"), ("-a ** 2", "(- (** a 2))"), ("d ** -0.5", "(** d (- 0.5))"),
    ("a * -b", "(* a (- b))"), ("- -a", "(- (- a))"), ("a - -b", "(- a (- b))"), ("-a + b", "(+ (- a) b)"),
    ("-a * b", "(* (- a) b)"), ("-x.y[0]", "(- (index (member x y) 0))"), ("-f(x)", "(- (call f (args x)))"),
    ("!a == b", "(! (== a b))"), ("!a && b", "(&& (! a) b)"), ("!!a", "(! (! a))"),
    ("a && !b < c", "(&& a (! (< b c)))"),
    ("a == !b", "(== a (! b))"), ("(a + b) * c", "(* (paren (+ a b)) c)"),
    ("theta ** -(Cast(r) / d)", "(** theta (- (paren (/ (call Cast (args r)) d))))"),
    ("a |> f", "(|> a f)"), ("a + b |> f |> g", "(|> (|> (+ a b) f) g)"), ("a || b |> f", "(|> (|| a b) f)"),
    ("x + (y |> f)", "(+ x (paren (|> y f)))"),
  ])
  func precedence(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }

  @Test(arguments: ["+", "*", "==", "&&", "||", "@"])
  func operatorsDoNotFollowAPipe(symbol: String) {
    #expect(
      outline(expression: "x |> f \(symbol) y |> g") == "(|> (\(symbol) (|> x f) y) g)\n! operator-behind-pipe")
  }

  @Test(arguments: [
    "a < b < c", "a == b != c", "a < b >= c && d", "!a < b < c",
  ])
  func comparisonsDoNotChain(text: String) {
    #expect(outline(expression: text).hasSuffix("! chained-comparison"))
  }

  @Test(arguments: [
    ("_", "_"), ("none", "none"), ("true", "true"), ("0x1p-3", "0x1p-3"), ("b\"x\"", "b\"x\""), ("'s'", "'s'"),
    ("inf", "inf"), ("-inf", "(- inf)"), ("f16", "f16"), ("$w", "(weightReference w)"),
    ("$`enc/w:0`", "(weightReference `enc/w:0`)"), ("$`@12.value`", "(weightReference `@12.value`)"),
    ("[]", "(list)"), ("[1, -1,]", "(list 1 (- 1))"), ("[[1], [2, 3]]", "(list (list 1) (list 2 3))"),
    ("[*a, b]", "(list (spread a) b)"), ("[..., heads, d]", "(list ... heads d)"), ("[...]", "(list ...)"),
    ("f(x, [0, ..., -1])", "(call f (args x (list 0 ... (- 1))))"),
    ("ints []", "(emptyList ints)"), ("strings []", "(emptyList strings)"),
    ("ints[0]", "(index ints 0)"), ("if c { a } else { b }", "(conditional c a b)"),
    ("if a { 1 } else if b { 2 } else { 3 }", "(conditional a 1 (conditional b 2 3))"),
    ("1 + if c { a } else { b }", "(+ 1 (conditional c a b))"),
    ("min(a, b) + len(c)", "(+ (call min (args a b)) (call len (args c)))"),
    ("T(0.0)", "(call T (args 0.0))"), ("f32(0.0)", "(call f32 (args 0.0))"),
  ])
  func primaries(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }

  @Test(arguments: [
    ("f32[2]{0.1, -0.2}", "(tensorLiteral (tensor f32 (dims 2)) 0.1 (- 0.2))"),
    ("f32[]{1.0}", "(tensorLiteral (tensor f32 (dims)) 1.0)"),
    ("i64[0]{}", "(tensorLiteral (tensor i64 (dims 0)))"),
    ("bool[2]{true, false,}", "(tensorLiteral (tensor bool (dims 2)) true false)"),
    ("string[1]{\"a\"}", "(tensorLiteral (tensor string (dims 1)) \"a\")"),
    ("sparse f32[5]{2: 1.0}", "(sparseLiteral (tensor f32 (dims 5)) (mapEntry 2 1.0))"),
    (
      "sparse f32[5, 5]{[0, 1]: 1.0, [4, 4]: -1.0}",
      "(sparseLiteral (tensor f32 (dims 5 5)) (mapEntry (list 0 1) 1.0) (mapEntry (list 4 4) (- 1.0)))"
    ),
    ("type f32[N]", "(typeLiteral (tensor f32 (dims N)))"),
    ("type seq<f32[?]>", "(typeLiteral (sequenceType (tensor f32 (dims ?))))"),
    ("type(x)", "(call type (args x))"), ("sparse", "sparse"), ("sparse + type", "(+ sparse type)"),
  ])
  func literals(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }

  @Test(arguments: [
    ("x[0]", "(index x 0)"), ("x[i + 1]", "(index x (+ i 1))"), ("x[-1]", "(index x (- 1))"),
    ("x[:]", "(index x (slice · ·))"), ("x[1:]", "(index x (slice 1 ·))"), ("x[:n]", "(index x (slice · n))"),
    ("x[1:3]", "(index x (slice 1 3))"), ("x[0::2]", "(index x (slice 0 · 2))"), ("x[::2]", "(index x (slice · · 2))"),
    ("x[::]", "(index x (slice · · ·))"), ("x[a:b:c]", "(index x (slice a b c))"),
    ("x[:, 0, ..., 1:3]", "(index x (slice · ·) 0 ... (slice 1 3))"), ("x[..., none]", "(index x ... none)"),
    ("x[i,]", "(index x i)"), ("x[]", "(index x)\n! expected-token"),
    ("x[..., :d / 2]", "(index x ... (slice · (/ d 2)))"),
    ("x[:, by:]", "(index x (slice · ·) (slice by ·))"), ("x[0][1].y", "(member (index (index x 0) 1) y)"),
    // A colon in a subscript makes a slice; a label needs parentheses.
    ("x[l: F(y)]", "(index x (slice l (call F (args y))))"),
    ("x[(l: F(y))]", "(index x (paren (label l (call F (args y)))))"),
    ("x[f(l: F(y))]", "(index x (call f (args (label l (call F (args y))))))"),
  ])
  func subscripts(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }
}
