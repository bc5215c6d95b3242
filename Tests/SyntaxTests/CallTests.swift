import Syntax
import Testing

@Suite struct CallTests {
  @Test(arguments: [
    ("Relu(x)", "(call Relu (args x))"), ("f()", "(call f (args))"), ("f(x,)", "(call f (args x))"),
    ("f(x, a=1)", "(call f (args x (= a 1)))"), ("Clip(x, _, 6.0)", "(call Clip (args x _ 6.0))"),
    ("Clip(x, none, max=6.0)", "(call Clip (args x none (= max 6.0)))"),
    ("Concat(*parts, axis=1)", "(call Concat (args (spread parts) (= axis 1)))"),
    ("onnx.LSTM(x)", "(call (member onnx LSTM) (args x))"),
    ("com.microsoft.Fused(x)", "(call (member (member com microsoft) Fused) (args x))"),
    ("`com.my-co`.`aten::relu`(z)", "(call (member `com.my-co` `aten::relu`) (args z))"),
    ("my.domain.Fused~v2(x)", "(call (overload (member (member my domain) Fused) v2) (args x))"),
    ("Cast(x, to=f16)", "(call Cast (args x (= to f16)))"),
    ("Optional(type=type f32[])", "(call Optional (args (= type (typeLiteral (tensor f32 (dims))))))"),
    ("f(if=1, else=2, none=3, f32=4, true=5)", "(call f (args (= if 1) (= else 2) (= none 3) (= f32 4) (= true 5)))"),
    ("f(`a b`=1)", "(call f (args (= `a b` 1)))"),
    ("f(`a{i}`=1)", "(call f (args (= (quotedName i) 1)))"), ("f(`a{i}`)", "(call f (args (quotedName i)))"),
    ("f(a == b)", "(call f (args (== a b)))"), ("f(x)(y)", "(call (call f (args x)) (args y))"),
    ("x.if.f32.none", "(member (member (member x if) f32) none)"),
    (
      "f(rename={\"a\": \"b\", \"c\": 1})",
      "(call f (args (= rename (mapLiteral (mapEntry \"a\" \"b\") (mapEntry \"c\" 1)))))"
    ),
    ("f(m={})", "(call f (args (= m (mapLiteral))))"),
  ])
  func calls(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }

  @Test(arguments: [
    ("conv1: Conv2d(x)", "(label conv1 (call Conv2d (args x)))"),
    ("x |> bn1: BatchNorm2d |> Relu", "(|> (|> x (label bn1 BatchNorm2d)) Relu)"),
    ("x |> [0]: Conv2d(k=1)", "(|> x (label (list 0) (call Conv2d (args (= k 1)))))"),
    ("[i + 1].a: F(x)", "(label (member (list (+ i 1)) a) (call F (args x)))"),
    ("a.b[i]: F(x)", "(label (index (member a b) i) (call F (args x)))"),
    ("f[2 * s + 1][i]: F(x)", "(label (index (index f (+ (* 2 s) 1)) i) (call F (args x)))"),
    ("`layer{i}`.x: F(x)", "(label (member (quotedName i) x) (call F (args x)))"),
    ("x + attn: Attend(h, h)", "(+ x (label attn (call Attend (args h h))))"),
    ("-l: F(x) ** 2", "(- (** (label l (call F (args x))) 2))"),
    ("l: F(x)[0].y", "(member (index (label l (call F (args x))) 0) y)"),
    ("l: std.vision.F(x)", "(label l (call (member (member std vision) F) (args x)))"),
    ("l: d.F~v2(x)", "(label l (call (overload (member d F) v2) (args x)))"),
    ("f(a: A(x), b=b: B(y))", "(call f (args (label a (call A (args x))) (= b (label b (call B (args y))))))"),
    ("if c { a: F(x) } else { b: F(x) }", "(conditional c (label a (call F (args x))) (label b (call F (args x))))"),
    ("[a: F(x)]", "(list (label a (call F (args x))))"),
  ])
  func labels(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }

  @Test(arguments: [
    ("f(x): G(y)", "(label (call f (args x)) (call G (args y)))\n! misplaced-label"),
    ("[0, 1]: G(y)", "(label (list 0 1) (call G (args y)))\n! misplaced-label"),
    ("[...]: G(y)", "(label (list ...) (call G (args y)))\n! misplaced-label"),
    ("[*a]: G(y)", "(label (list (spread a)) (call G (args y)))\n! misplaced-label"),
    ("[a,]: G(y)", "(label (list a) (call G (args y)))\n! misplaced-label"),
    ("a: F: G(y)", "(label (label a F) (call G (args y)))\n! misplaced-label"),
    ("Conv2d(x, kernel_size: 3)", "(call Conv2d (args x (= kernel_size 3)))\n! colon-for-equals"),
    (
      "Conv2d(x, bias: false, groups: [2])",
      "(call Conv2d (args x (= bias false) (= groups (list 2))))\n! colon-for-equals\n! colon-for-equals"
    ),
    ("f(a: )", "(call f (args (label a ·)))\n! expected-token"),
  ])
  func misplacedColons(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }

  @Test(arguments: [
    (
      "If(c, then_branch={ return a }, else_branch={ return b })",
      "(call If (args c (= then_branch (graphLiteral (body (returnStatement a)))) (= else_branch (graphLiteral (body (returnStatement b))))))"
    ),
    (
      "Loop(n, _, s, body=(i: i64[], go: bool[]) {\n    t = s + i\n    return go, t\n})",
      "(call Loop (args n _ s (= body (graphLiteral (parameters (parameter i (tensor i64 (dims))) (parameter go (tensor bool (dims)))) (body (binding (target t) (+ s i)) (returnStatement go t))))))"
    ),
    ("f(g=() { })", "(call f (args (= g (graphLiteral (parameters) (body)))))"),
    ("f(g=(a))", "(call f (args (= g (paren a))))"),
    ("f(g=(a: F(x)))", "(call f (args (= g (paren (label a (call F (args x)))))))"),
    (
      "f(g=[{ return a }, (x: f32[]) { return x }])",
      "(call f (args (= g (list (graphLiteral (body (returnStatement a))) (graphLiteral (parameters (parameter x (tensor f32 (dims)))) (body (returnStatement x)))))))"
    ),
    (
      "f(g=(x: f32[2] = f32[2]{0.0, 1.0}) { return x })",
      "(call f (args (= g (graphLiteral (parameters (parameter x (tensor f32 (dims 2)) (defaultValue (tensorLiteral (tensor f32 (dims 2)) 0.0 1.0)))) (body (returnStatement x))))))"
    ),
  ])
  func graphLiterals(text: String, expected: String) {
    #expect(outline(expression: text) == expected)
  }
}
