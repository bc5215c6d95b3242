import Testing

/// Declarations and statements: text in, layout out.
@Suite struct FormattingTests {
  @Test func blanksAndLines() {
    #expect(
      formatted(
        """


        use   onnx 21
        use com.microsoft   1

        import "./a.mica"   as a
        /// Doubles.
        block B( x:T[N,S ], k:int=2,*rest : T[ ... ] )->T[N,?]{


            y=x*2+-1


            z , _=f( y,a = 1 , )
            return  z[ 0 , 1 : 3, :: 2, ... ]

        }
        model m(){ return }\("  ")
        """) == """
          use onnx 21
          use com.microsoft 1
          import "./a.mica" as a

          /// Doubles.
          block B(x: T[N, S], k: int = 2, *rest: T[...]) -> T[N, ?] {
              y = x * 2 + -1

              z, _ = f(y, a=1)
              return z[0, 1:3, ::2, ...]
          }

          model m() {
              return
          }

          """)
  }

  @Test(arguments: ["", "\n", "  \n\n", "\u{FEFF}"])
  func nothing(text: String) {
    #expect(formatted(text) == "")
  }

  @Test func lineEndsAndTabs() {
    #expect(
      formatted("use onnx 21\r\nblock B() {\r\n\treturn x\n}")
        == "use onnx 21\r\n\r\nblock B() {\r\n    return x\r\n}\r\n")
    #expect(
      formatted("use onnx 21\nblock B() {\r\n\treturn x\r\n}") == "use onnx 21\n\nblock B() {\n    return x\n}\n")
  }

  @Test(arguments: [
    ("param w :T[ 2*N ]=zeros   if bias", "param w: T[2 * N] = zeros if bias"),
    ("buffer a.b:f32[]", "buffer a.b: f32[]"), ("const k:i64[2]=[0,-1,]", "const k: i64[2] = [0, -1]"),
    ("layer a . b [0]=Linear( out_features=4 )", "layer a.b[0] = Linear(out_features=4)"),
    ("weights \"a\"(prefix='b.',rename={ \"x\" :'y' })", "weights \"a\" (prefix='b.', rename={\"x\": 'y'})"),
    ("require !(D%2==0),\"why\"", "require !(D % 2 == 0), \"why\""),
    ("a:f32[N],*b=f(*c)", "a: f32[N], *b = f(*c)"), ("( @name( \"v\" ) y )=x", "(@name(\"v\") y) = x"),
    ("repeat i,_ in 0 ..< len( a ){ }", "repeat i, _ in 0..<len(a) {}"),
    ("if a&&!b{x=y}else if c{x=z}", "if a && !b {\n    x = y\n} else if c {\n    x = z\n}"),
    ("scope a.`b {i+1}`{x=y}", "scope a.`b {i + 1}` {\n    x = y\n}"),
    ("@name(\"a\")  @meta( \"k\",\"v\" ) x=y", "@name(\"a\") @meta(\"k\", \"v\")\nx = y"),
    ("@a\n@b\n\nx, @c y=z", "@a @b\nx, @c y = z"),
  ])
  func statements(text: String, expected: String) {
    #expect(formatted(body: text) == expected)
  }

  @Test(arguments: [
    ("x=y|>l [0] :F( a )|>G", "x = y |> l[0]: F(a) |> G"), ("x=-y**-2", "x = -y ** -2"), ("x=a@b@c", "x = a @ b @ c"),
    ("x=if a{b}else{c}", "x = if a { b } else { c }"), ("x = [ ]", "x = []"), ("x=ints[ ]", "x = ints []"),
    ("x=f32[2]{ 0.1,-2 }", "x = f32[2]{0.1, -2}"), ("x=sparse f32[5]{ 2:1.0 }", "x = sparse f32[5]{2: 1.0}"),
    ("x=f(t=type map< i64,seq< f32[ N ] > >)", "x = f(t=type map<i64, seq<f32[N]>>)"),
    ("x=$ w+$`a/b`", "x = $w + $`a/b`"), ("x=a . b~v2( x )( y )", "x = a.b~v2(x)(y)"),
    ("x=f(g={return a},h=( i:i64[] ){return i},)", "x = f(g={ return a }, h=(i: i64[]) { return i })"),
    ("x=y[a+1 :b , :-1]", "x = y[a + 1:b, :-1]"), ("x=1 .a", "x = 1 .a"),
    ("x='a'  +  b\"\\xff\"", "x = 'a' + b\"\\xff\""),
  ])
  func expressions(text: String, expected: String) {
    #expect(formatted(body: text) == expected)
  }

  @Test(arguments: [
    // On one line where that has room; with clauses on lines of their own where they have; else with the parameters
    // on a line of theirs, or on one each.
    "model m(image: f32[N, 3, 224, 224]) -> (logits: f32[N, 1000]) where N > 0 {}",
    """
    model classifier(image: f32[N, 3, 224, 224], classes: int = 1000, depth: int = 12, width: int = 192)
        -> (logits: f32[N, classes]) where N > 0 {}
    """,
    """
    model classifier(image: f32[N, 3, height, 224], classes: int = 1000) -> (logits: f32[N, classes])
        where height % 32 == 0, height > 0 {}
    """,
    """
    block ScaledDotProductAttention(
        q: T[N, heads, S, d], k: T[N, heads, M, d], v: T[N, heads, M, e], mask: T[...] = none
    ) -> T[N, heads, S, e] {}
    """,
    """
    operator com.acme.RoiPool(
        x: T[N, C, H, W],
        rois: f32[R, 5],
        scale: f32[] = none,
        size: [int] = [7, 7],
        sampling_ratio: float = 1.0,
    ) -> (y: T[R, C, size[0], size[1]], index: i64[R]) where R > 0
        macs = R * C * size[0] * size[1] * 1000000
    """,
  ])
  func signatures(text: String) {
    let oneLine = text.replacing("\n", with: " ").replacing("    ", with: "").replacing("( ", with: "(")
    #expect(formatted(oneLine) == text + "\n")
  }

  /// A result type called `type` would take the word behind it for its operand.
  @Test func wordsThatTakeANameKeepTheirLine() {
    let text = "operator a.F(x: T[N]) -> type\n    where N > 1\n"
    #expect(formatted(text) == text)
  }
}
