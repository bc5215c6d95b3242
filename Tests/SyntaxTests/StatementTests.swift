import Syntax
import Testing

@Suite struct StatementTests {
  @Test(arguments: [
    ("y = x", "(binding (target y) x)"),
    ("a, _, `c d` = f()", "(binding (target a) (target _) (target `c d`) (call f (args)))"),
    ("y: f32[N, 64] = x", "(binding (target y (tensor f32 (dims N 64))) x)"),
    ("*parts = Split(x)", "(binding (target parts) (call Split (args x)))"),
    ("a, *rest = f()", "(binding (target a) (target rest) (call f (args)))"),
    (
      "a: f32[], b: T[N] = f()",
      "(binding (target a (tensor f32 (dims))) (target b (tensor T (dims N))) (call f (args)))"
    ),
    ("a, @name(\"v\") b = f()", "(binding (target a) (target (annotation name (args \"v\")) b) (call f (args)))"),
    // Before the first name stand the statement's annotations; those of its value stand with it in parentheses.
    ("@name(\"n\") a = f()", "(binding (annotation name (args \"n\")) (target a) (call f (args)))"),
    (
      "@name(\"n\") (@name(\"v\") a) = f()",
      "(binding (annotation name (args \"n\")) (target (annotation name (args \"v\")) a) (call f (args)))"
    ),
    (
      "(@name(\"v\")\n@doc(\"d\") *a), (@x b: T[N]), c = f()",
      "(binding (target (annotation name (args \"v\")) (annotation doc (args \"d\")) a) (target (annotation x) b (tensor T (dims N))) (target c) (call f (args)))"
    ),
    ("d = D / heads", "(binding (target d) (/ D heads))"),
    ("y = x |> a: F |> G", "(binding (target y) (|> (|> x (label a F)) G))"),
  ])
  func bindings(text: String, expected: String) {
    #expect(outline(body: text) == expected)
  }

  @Test(arguments: [
    ("param weight: f32[out, in]", "(parameterStatement weight (tensor f32 (dims out in)))"),
    ("param bias: f32[out] if bias", "(parameterStatement bias (tensor f32 (dims out)) (condition bias))"),
    ("param g: f32[D] = ones", "(parameterStatement g (tensor f32 (dims D)) (defaultValue ones))"),
    (
      "param g: f32[D] = normal(std=0.02) if affine && D > 1",
      "(parameterStatement g (tensor f32 (dims D)) (defaultValue (call normal (args (= std 0.02)))) (condition (&& affine (> D 1))))"
    ),
    ("param embed.weight: T[N]", "(parameterStatement (member embed weight) (tensor T (dims N)))"),
    ("param `w_l{k}`: T[N]", "(parameterStatement (quotedName k) (tensor T (dims N)))"),
    (
      "buffer running_mean: f32[C] = zeros", "(bufferStatement running_mean (tensor f32 (dims C)) (defaultValue zeros))"
    ),
    ("const k: i64[2] = [0, -1]", "(constStatement k (tensor i64 (dims 2)) (list 0 (- 1)))"),
    ("layer shared = Linear(out_features=64)", "(layerStatement shared (call Linear (args (= out_features 64))))"),
    ("layer a.b[0] = F", "(layerStatement (index (member a b) 0) F)"),
  ])
  func declarations(text: String, expected: String) {
    #expect(outline(body: text) == expected)
  }

  @Test(arguments: [
    ("repeat i in 0..<n { x = f(x) }", "(repeatStatement i (..< 0 n) (body (binding (target x) (call f (args x)))))"),
    ("repeat t, c, _ in table { }", "(repeatStatement t c _ table (body))"),
    ("repeat _ in 0..<len(a) + 1 { }", "(repeatStatement _ (..< 0 (+ (call len (args a)) 1)) (body))"),
    ("if a { }", "(ifStatement a (body))"), ("if a { } else { }", "(ifStatement a (body) (body))"),
    (
      "if a != 1 || b { } else if c { } else { }", "(ifStatement (|| (!= a 1) b) (body) (ifStatement c (body) (body)))"
    ),
    ("scope encoder { }", "(scopeStatement encoder (body))"),
    ("scope a.b[i] { }", "(scopeStatement (index (member a b) i) (body))"),
    ("scope `blk{i}` { }", "(scopeStatement (quotedName i) (body))"),
  ])
  func control(text: String, expected: String) {
    #expect(outline(body: text) == expected)
  }

  @Test(arguments: [
    ("weights \"w.safetensors\"", "(weightsStatement \"w.safetensors\")"),
    (
      "weights 'w' (prefix=\"bert.\", rename={\"a\": \"b\"}, ignore=[\"*.bias\"])",
      "(weightsStatement 'w' (args (= prefix \"bert.\") (= rename (mapLiteral (mapEntry \"a\" \"b\"))) (= ignore (list \"*.bias\"))))"
    ),
    ("require D % heads == 0, \"why\"", "(requireStatement (== (% D heads) 0) \"why\")"),
    ("require !a", "(requireStatement (! a))"),
    ("require a", "(requireStatement a)"),
    ("require (a) == b", "(requireStatement (== (paren a) b))"),
    ("require(a + b) > 0 && c, \"why\"", "(requireStatement (&& (> (paren (+ a b)) 0) c) \"why\")"),
    ("require = f(x)", "(binding (target require) (call f (args x)))"),
    ("return", "(returnStatement)"), ("return x", "(returnStatement x)"),
    ("return a, *b, c", "(returnStatement a (spread b) c)"),
    ("return fc: Linear(x)", "(returnStatement (label fc (call Linear (args x))))"),
    (
      "@name(\"n\") @meta(\"a\", \"b\")\nreturn x",
      "(returnStatement (annotation name (args \"n\")) (annotation meta (args \"a\" \"b\")) x)"
    ),
    (
      "@recorded(type f32[N])\ny = x",
      "(binding (annotation recorded (args (typeLiteral (tensor f32 (dims N))))) (target y) x)"
    ),
    (
      "@quantized(scale=$s, zero_point=0) y = x",
      "(binding (annotation quantized (args (= scale (weightReference s)) (= zero_point 0))) (target y) x)"
    ),
    ("@doc(\"w\")\nparam w: T[N]", "(parameterStatement (annotation doc (args \"w\")) w (tensor T (dims N)))"),
  ])
  func others(text: String, expected: String) {
    #expect(outline(body: text) == expected)
  }
}
