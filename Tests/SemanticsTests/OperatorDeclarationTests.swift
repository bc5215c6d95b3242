import Graphs
import Operators
import Semantics
import Tensors
import Testing

/// Operators that the text declares, with a body and without one.
@Suite struct OperatorDeclarationTests {
  static let pool = """
    use com.acme 2
    operator com.acme.Pool(x: T[N, C, H, W], rois: f32[R, 5], scale: f32[] = none, size: [int] = [7, 7])
        -> (y: T[R, C, size[0], size[1]], index: i64[R]) macs = R * C * 49

    """
  static let swish = """
    operator com.acme.Swish(x: T[...], beta: float = 1.0) -> T[...] {
        return LeakyRelu(x * Sigmoid(x), alpha=beta)
    }

    """

  static let examples: [Example] = [
    Example(
      "a signature gives the types of the results",
      pool + """
        model m(x: f16[N, 64, H, W], rois: f32[R, 5]) {
            y, index = com.acme.Pool(x, rois, size=[3, 4])  //: f16[R, 64, 3, 4]; i64[R]
            z, _ = Pool(x, rois)  //: f16[R, 64, 7, 7]
            return y, z, index
        }
        """),
    Example(
      "a signature is kept to",
      pool + """
        model m(x: f32[N, 64, H, W], rois: f32[R, 5]) {
            a = com.acme.Pool(x, x)  //~ rank-mismatch: rois, f32[R, 5]
            b = com.acme.Pool(x)  //~ missing-argument: rois
            c = com.acme.Pool(x, rois, sice=[1, 2])  //~ unknown-argument: sice, size
            d = com.acme.Pool(x, rois, size="7")  //~ wrong-configuration: size, a string
            e = com.acme.Poll(x)  //~ unknown-callee: com.acme.Poll
            return x
        }
        """),
    Example(
      "a body is run for the types of each call",
      swish + """
        model m(x: f32[N, 4], z: f16[M]) {
            a = com.acme.Swish(x)  //: f32[N, 4]
            b = Swish(z, beta=0.5)  //: f16[M]
            return a, b
        }
        """),
    Example(
      "what a function cannot have",
      """
      operator com.acme.Map(x: T[N, D], *rest: T[N, D]) -> T[N, D] {  //~ not-supported: rest
          param weight: T[D, D]  //~ parameter-in-operator: com.acme.Map
          return x @ weight
      }
      operator Plain(x: T[N]) -> T[N]  //~ operator-without-domain: com.example.Plain
      model m(x: f32[N, 4]) {
          return com.acme.Map(x, x)
      }
      """),
    Example(
      "an operator that calls itself",
      """
      operator com.acme.Loop(x: T[N]) -> T[N] {
          return com.acme.Loop(x)  //~ recursive-block: com.acme.Loop
      }
      model m(x: f32[N]) {
          return com.acme.Loop(x)
      }
      """),
    Example(
      "operators that nothing declares",
      """
      use com.example 1
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          a = com.example.Foo(x, _, alpha=0.5, names=["a", "b"], none_given=ints [])  //~ undeclared-operator: com.example.Foo
          y: f32[N, 4] = com.example.Foo~v2(a)  //: f32[N, 4] //~ undeclared-operator: com.example.Foo~v2
          return y
      }
      """),
    Example(
      "inputs of a model",
      """
      model m(x: f32[N], *rest: f32[N], past: [`p.{i}`: f32[N]; i in 0..<2], w: f32[N] = 3) {  //~ variadic-model-input: `rest.{i}` //~ wrong-kind: weights file
          a, b = past
          return a + b + x
      }
      """),
    Example(
      "lists of tensors",
      """
      block Sum(list: [(`k`: T[N, P], `v`: T[N, P]); i in 0..<depth], depth: int) -> (out: [`o`: T[N, P]; i in 0..<depth]) {
          sums = []
          repeat i in 0..<depth {
              k, v = list[i]
              sums = sums + [k + v]
          }
          return sums
      }
      model m(past: [(`past.{i}.key`: f32[N, P], `past.{i}.value`: f32[N, P]); i in 0..<depth], depth: int = 2)
          -> (present: [`present.{i}`: f32[N, P]; i in 0..<depth]) {
          a = Sum(past, depth=3)  //~ result-count: 6, 4
          b = Sum(past[:1], depth=1)
          return Sum(past, depth=depth)
      }
      """),
    Example(
      "a list with another number of tensors",
      """
      model m(x: f32[N]) -> (y: [`y.{i}`: f32[N]; i in 0..<2]) {
          return [x, x, x]  //~ result-count: 2, 3
      }
      """),
    Example(
      "names that a block and an operator share, and several files",
      """
      import "nowhere.mica"  //~ unreadable-import: nowhere.mica
      import std.visions  //~ unreadable-import: std.visions
      model m(x: f32[N]) {
          return Relu(x)
      }
      """),
    Example(
      "sparse literals and packs",
      """
      model m(x: f32[N, S, 8]) -> (y: f32[...]) {
          s = Constant(sparse_value=sparse f32[2, 3]{[1, 0]: 2.0, [0, 1]: 1.0})  //: f32[2, 3]
          t = Constant(sparse_value=sparse f32[5]{7: 1.0})  //~ index-out-of-range: 7, [5]
          y = Heads(x, heads=2)  //: f32[N, S, 2, 4]
          z = [..., 3]  //~ unknown-name: ...
          return y
      }
      block Heads(x: T[..., D], heads: int) -> T[..., heads, D / heads] {
          return Reshape(x, [..., heads, D / heads])
      }
      """),
    Example(
      "tensors of a weights file without one",
      """
      model m(x: f32[N]) {
          return x * $scale  //~ unknown-tensor: scale
      }
      """),
    Example(
      "recipes of one name",
      """
      model m(x: f32[N, 4]) {
          return Relu(x)
      }
      recipe r for m {
          prune(ratio=0.5)
      }
      recipe r for m {  //~ duplicate-name: r
          distill(teacher="teacher.onnx")  //~ step-not-run: distill
      }
      """),
    Example(
      "layers to keep that there are not",
      """
      model m(x: f32[N, 4]) {
          y = x |> fc: Linear(out_features=2)
          return y |> layers[0].head: Linear(out_features=2)
      }
      recipe r for m {
          prune(ratio=0.5, keep=[fc, layers[0], layers[0].head.weight, y])
      }
      recipe s for m {
          prune(ratio=0.5, keep=[fd])  //~ unknown-name: fd, fc
          quantize(type=i8, keep=layers[1])  //~ unknown-name: layers
      }
      """),
    Example(
      "recipes",
      """
      model m(x: f32[N]) {
          return Relu(x)
      }
      recipe fine for m {
          prune(granularity="channel", ratio=0.4, by="l2", round_to=8, keep=[fc, layers[0].attn])
          quantize(type=i8, scheme="static", calibration="calibration/*.npy", method="entropy", per_channel=true)
          distill(teacher="teacher.onnx")
          prune(granularity="2:4", keep=[fc])
          prune(ratio=0.5, by="wanda", reconstruct=true, calibration="calibration", max_ratio=0.8, only=fc, allow_norm_change=true)
          prune(ratio=0.5, by="bn")
          prune(granularity="2:4:8")  //~ wrong-configuration: granularity
          quantize(type=i8, skip_worst=99999999999999999999)  //~ wrong-configuration: skip_worst
          export("build/m.onnx", opset=21)
      }
      recipe wrong for n {  //~ unknown-name: n
          prun(ratio=0.4)  //~ unknown-step: prun
          prune(by="l3", ratios=3, keep=3)  //~ wrong-configuration: by, "l2" //~ unknown-argument: ratios, ratio //~ wrong-configuration: keep
          quantize(scheme="static", scheme="dynamic")  //~ missing-argument: type //~ duplicate-name: scheme
          export("a", "b")  //~ unknown-argument
          a.b(c=3)  //~ unknown-step: a.b
      }
      """),
    Example(
      "steps that cannot be done whatever the model",
      """
      model m(x: f32[N]) {
          return Relu(x)
      }
      recipe r for m {
          prune()  //~ missing-argument: `ratio`, `threshold` or `target`
          prune(granularity="element")  //~ missing-argument: `ratio` or `threshold`
          prune(ratio=3.0)  //~ wrong-configuration: `ratio`, less than 1, 3.0
          prune(ratio=0.3, threshold=0.1)  //~ wrong-configuration: `threshold`, give one of
          prune(ratio=0.3, max_ratio=1)  //~ wrong-configuration: `max_ratio`, less than 1
          prune(ratio=0.3, round_to=0)  //~ wrong-configuration: `round_to`, 65536
          prune(ratio=0.3, by="gradient")  //~ wrong-configuration: by, "batch_norm", "wanda"
          prune(ratio=0.3, by="wanda")  //~ wrong-configuration: `by`, samples
          prune(ratio=0.3, reconstruct=true)  //~ wrong-configuration: `reconstruct`, samples
          prune(ratio=0.3, calibration="samples")  //~ wrong-configuration: `calibration`, wanda
          prune(target="macs=40%")  //~ wrong-configuration: `target`, macs=-40%
          prune(granularity="4:2")  //~ wrong-configuration: `granularity`, fewer than M
          prune(granularity="2:4", ratio=0.3)  //~ wrong-configuration: `ratio`, pattern
          prune(granularity="2:4", scope="global")  //~ wrong-configuration: `scope`, pattern
          prune(granularity="2:4", only=m)  //~ wrong-configuration: `only`, channels
          prune(granularity="element", threshold=0.1, by="wanda", calibration="a")  //~ wrong-configuration: `threshold`, row
          quantize(type=f64)  //~ wrong-configuration: `type`, f64
          quantize(type=i8, block_size=24)  //~ wrong-configuration: `block_size`, 24
          quantize(type=i8, scheme="static", block_size=32, calibration="a")  //~ wrong-configuration: `block_size`, no blocks
          quantize(type=i8, scheme="static")  //~ missing-argument: samples
          quantize(type=i8, min_sqnr=3)  //~ wrong-configuration: `min_sqnr`, scheme="static"
          quantize(type=f8e4m3fn, method="hqq")  //~ wrong-configuration: `method`, not for blocks
          simplify(keep=[m])  //~ wrong-configuration: `keep`, whole model
          export("x.txt")  //~ wrong-configuration: `path`, .onnx
          export("x.onnx", opset=99)  //~ wrong-configuration: `opset`, 13 to 23, 99
          export("y.onnx", opset=17)
          export("y.onnx")  //~ wrong-configuration: `path`, step before
          export("z.onnx", opset=18)  //~ wrong-configuration: `opset`, 17
      }
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }

  @Test func functionsAreSharedWhereTheyAreTheSame() {
    let elaborated = Elaborated(
      Self.swish + """
        model m(x: f32[N, 4]) {
            return Swish(Swish(x), beta=0.5) + Swish(x, beta=2)
        }
        """)
    let model = elaborated.elaborations[0].model
    #expect(elaborated.diagnostics.isEmpty)
    #expect(model.functions.map(\.name) == ["Swish"])
    #expect(model.functions[0].domain == "com.acme")
    #expect(model.functions[0].attributeDefaults.map(\.name) == ["beta"])
    let last = model.functions[0].graph.nodes.last.map { model.functions[0].graph.nodes[$0] }
    #expect(last?.operatorType == "LeakyRelu")
    guard case .reference("beta", kind: 1)? = last?[attribute: "alpha"] else {
      Issue.record("alpha is not passed on: \(String(describing: last?.attributes))")
      return
    }
    #expect(model.opsetImports.map(\.domain) == ["", "com.acme"])
  }

  @Test func functionsThatDifferAreOverloads() {
    let elaborated = Elaborated(
      """
      operator com.acme.Twice(x: T[N, D], often: bool = false) -> T[N, D] {
          return if often { x + x + x } else { x + x }
      }
      model m(x: f32[N, 4]) {
          return Twice(Twice(x, often=true), often=true) + Twice(x)
      }
      """)
    let model = elaborated.elaborations[0].model
    #expect(elaborated.diagnostics.isEmpty)
    #expect(model.functions.map(\.overload) == ["", "1"])
    #expect(model.irVersion >= 10)
    let calls = model.graph.regions[model.graph.body].nodes.map { model.graph.nodes[$0] }
    #expect(calls.filter { $0.domain == "com.acme" }.map(\.overload) == ["", "", "1"])
  }

  @Test func aDeclaredCostIsCounted() {
    let elaborated = Elaborated(
      Self.pool + """
        model m(x: f32[N, 64, 8, 8], rois: f32[R, 5]) {
            y, _ = Pool(x, rois)
            return y
        }
        """)
    #expect(elaborated.elaborations[0].costs.values.map(\.macs.description) == ["3136*R"])
  }
}
