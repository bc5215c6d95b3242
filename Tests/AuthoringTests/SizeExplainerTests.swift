import Authoring
import Graphs
import Operators
import Semantics
import Syntax
import Tensors
import Testing

/// How sizes of texts come about, in words.
@Suite struct SizeExplainerTests {
  private func elaborated(_ text: String) -> (SizeExplainer, Elaboration, Program) {
    let program = Program(SourceFile(path: "test.mica", source: Array(text.utf8), number: 0))
    var options = ElaborationOptions()
    options.observes = true
    let elaboration = program.elaborate(program.models[0], options: options)
    return (SizeExplainer(elaboration, of: program), elaboration, program)
  }

  private func lines(_ text: String, axis: Int) -> [String] {
    var (explainer, elaboration, _) = elaborated(text)
    let graph = elaboration.model.graph
    let output = graph.regions[graph.body].outputs[0]
    return explainer.lines(of: explainer.derivation(of: SizeReference(output, .axis(axis))))
  }

  private func example(_ name: String) throws -> (SizeExplainer, Elaboration) {
    let text = String(decoding: try FormattingFiles.bytes("Examples/\(name).mica"), as: UTF8.self)
    let (explainer, elaboration, _) = elaborated(text)
    return (explainer, elaboration)
  }

  @Test func aSizeIsTracedToTheCallThatGivesIt() {
    let text = """
      use onnx 21
      block Stage(x: T[N, C, H, W], stride: int = 1) -> T[N, 8, ?, ?] {
          x = conv: Conv2d(x, out_channels=8, kernel_size=3, padding=1, stride=stride)
          return Relu(x)
      }
      model net(image: f32[N, 3, 112, 112]) -> (y: f32[...]) {
          x = one: Stage(image, stride=2)
          x = two: Stage(x)
          return MaxPool(x, kernel_shape=[2, 2], strides=[2, 2])
      }
      """
    #expect(
      lines(text, axis: 2) == [
        "28 = 56/2, by MaxPool on line 9 with kernel_shape=[2, 2] (line 9), strides=[2, 2] (line 9)",
        "56 = (112 + 1)/2, by Conv on line 3 with kernel_shape=[3, 3] (kernel_size=3, line 3), strides=[2, 2] (stride=2, line 7), "
          + "pads=[1, 1, 1, 1] (padding=1, line 3)",
        "112 is axis 2 of the input image, line 6",
      ])
    #expect(lines(text, axis: 1) == ["8 is axis 0 of the stored tensor `two.conv.weight` (out_channels=8, line 3)"])
    #expect(lines(text, axis: 0) == ["N is axis 0 of the input image, line 6"])
  }

  /// The last map of ResNet-50 tells of its five halvings, and of no other of its 120 nodes.
  @Test func resNetTellsItsStrides() throws {
    var (explainer, elaboration) = try example("resnet50")
    let graph = elaboration.model.graph
    let value = try #require(graph.values.indices.first { graph.values[$0].name == "/layer4.2/Relu_2_output_0" })
    let derivation = explainer.derivation(of: SizeReference(value, .axis(2)))
    #expect(derivation.steps.map(\.size) == [7, 14, 28, 56, 112])
    let lines = explainer.lines(of: derivation)
    #expect(lines.first == "7 = (14 + 1)/2, by Conv on line 17 with strides=[2, 2] (stride=stride, line 39)")
    #expect(lines.last == "224 is axis 2 of the input image, line 25")
  }

  /// Every step of every example has a formula that gives the size, but for what only a run tells.
  @Test(arguments: FormattingFiles.examples) func formulasGiveTheSizes(_ path: String) throws {
    let name = String(path.dropFirst("Examples/".count).dropLast(".mica".count))
    let program = Program(SourceFile(path: path, source: try FormattingFiles.bytes(path), number: 0))
    for model in program.models {
      let elaboration = program.elaborate(model)
      var explainer = SizeExplainer(elaboration, of: program)
      let graph = elaboration.model.graph
      var (told, untold) = (0, 0)
      for value in graph.values.indices {
        for axis in 0..<(graph.values[value].type.shape?.rank ?? 0) {
          guard let step = explainer.step(of: SizeReference(value, .axis(axis))) else { continue }
          #expect(step.size == graph.values[value].type.shape?.dimensions[axis])
          guard let formula = step.formula else {
            untold += 1
            continue
          }
          told += 1
          for source in step.sources {
            guard case .axis(let axis) = source.reference.part else { continue }
            #expect(source.size == graph.values[source.reference.value].type.shape?.dimensions[axis])
          }
          let sizes = Dictionary(step.sources.map { ($0.symbol, $0.size) }, uniquingKeysWith: { $1 })
          #expect(formula.symbols == Set(sizes.keys))
          let result = formula.substituting(sizes)
          #expect(step.size.isUnknown || result.isProvablyEqual(to: step.size), "\(formula) of \(sizes)")
        }
      }
      #expect(told > 0 || name == "loop", "\(name)")
      #expect(untold <= ["detector": 3, "loop": 3, "custom_operator": 12][name] ?? 0, "\(untold) in \(name)")
    }
  }

  @Test func aHoverTellsWhereSizesComeFrom() throws {
    let edited = EditedText(
      """
      use onnx 21
      model net(x: f32[N, 3, 112, 112]) -> (y: f32[...]) {
          x = x |> conv: Conv2d(out_channels=8, kernel_size=3, padding=1, stride=2) |> Relu
          y = Concat(x, x, axis=1)
          return Relu(‸y)
      }
      """)
    let hover = try #require(edited.view.hover(at: edited.offset))
    #expect(
      hover.lines.contains(
        """
        Sizes:
        - axis 1: `16` = `2*8` by `axis=1`, line 4
        - axes 2, 3: `56` = `(112 + 1)/2` by `strides=[2, 2]`, `pads=[1, 1, 1, 1]`, line 3, `112` of `x`
        """))
  }

  @Test func aSizeThatIsAnInputsIsNotTold() throws {
    let edited = EditedText(
      "use onnx 21\nmodel net(x: f32[N, 3]) -> (y: f32[N, 3]) {\n    y = Relu(x)\n    return Neg(‸y)\n}\n")
    let hover = try #require(edited.view.hover(at: edited.offset))
    #expect(!hover.lines.contains { $0.hasPrefix("Sizes") })
  }

  @Test func aMismatchTellsWhereBothSizesComeFrom() throws {
    let text = """
      use onnx 21
      model net(x: f32[N, 3, 32, 32]) -> (y: f32[...]) {
          a = one: Conv2d(x, out_channels=8, kernel_size=3, padding=1)
          b = two: Conv2d(x, out_channels=8, kernel_size=3, padding=1, stride=2)
          return a + b
      }
      """
    let program = Program(SourceFile(path: "test.mica", source: Array(text.utf8), number: 0))
    let diagnostics = program.elaborate(program.models[0]).diagnostics
    let mismatch = try #require(diagnostics.first { $0.identifier == "shape-mismatch" })
    #expect(
      mismatch.related.map(\.message) == [
        "`32` is axis 2 of `x`", "`16` is `(32 + 1)/2` and comes from `stride=2`, `padding=1`",
      ])
    let places = mismatch.related.map { String(decoding: Array(text.utf8)[$0.place.range], as: UTF8.self) }
    #expect(places == ["32", "stride=2"])
  }

  /// Bodies with one mismatch each: what is told of the two sizes, each with the text at its place.
  @Test(arguments: [
    ("return a + b", ["`3` is axis 1 of `a`: 3", "`4` is axis 1 of `b`: 4"]),
    ("return Add(A=Transpose(a, perm=[0, 2, 3, 1]), B=a)", ["`8` is axis 2 of `a`: 8", "`3` is axis 1 of `a`: 3"]),
    ("return square + Transpose(square)", ["`8` is axis 0 of `square`: 8", "`4` is axis 1 of `square`: 4"]),
    ("return Max(a, a, b)", ["`3` is axis 1 of `a`: 3", "`4` is axis 1 of `b`: 4"]),
    (
      "param k: f32[5, 3] = zeros\n    return MatMul(square, k)",
      ["`4` is axis 1 of `square`: 4", "`5` is axis 0 of `k`: 5"]
    ),
    (
      "return Concat(a, a[:, :, 1:], axis=1)",
      ["`8` is axis 2 of `a`: 8", "`7` is `8 - 1` and comes from Slice: a[:, :, 1:]"]
    ),
    (
      "k = a |> c: Conv2d(out_channels=6, kernel_size=1)\n    return b + k",
      ["`4` is axis 1 of `b`: 4", "`6` comes from `out_channels=6`: out_channels=6"]
    ),
    ("k: f32[8, 5] = square\n    return k", ["declared here: 5", "`4` is axis 1 of `square`: 4"]),
    (
      "return square + f32[2, 4]{1, 2, 3, 4, 5, 6, 7, 8}",
      ["`8` is axis 0 of `square`: 8", "`2` comes from this tensor: f32[2, 4]{1, 2, 3, 4, 5, 6, 7, 8}"]
    ),
    ("return n + m", ["`N` is axis 0 of `n`: N", "`M` is axis 0 of `m`: M"]),
  ])
  func eachOfTwoSizesHasItsOwnOrigin(body: String, expected: [String]) throws {
    let inputs = "a: f32[N, 3, 8, 8], b: f32[N, 4, 8, 8], square: f32[8, 4], n: f32[N], m: f32[M]"
    let text = Array("model net(\(inputs)) {\n    \(body)\n}\n".utf8)
    let program = Program(SourceFile(path: "test.mica", source: text, number: 0))
    let problems = program.elaborate(program.models[0]).diagnostics.filter {
      ["shape-mismatch", "undetermined-broadcast"].contains($0.identifier)
    }
    try #require(problems.count == 1)
    #expect(Self.told(of: problems[0], in: text) == expected)
  }

  private static func told(of problem: Diagnostic, in text: [UInt8]) -> [String] {
    problem.related.map { "\($0.message): \(String(decoding: text[$0.place.range], as: UTF8.self))" }
  }

  /// Calls with one mistake each, where the other fact is not of the argument that looks most like it.
  @Test(arguments: [
    (
      "return BatchNormalization(x, six, eight, eight, eight)",
      ["`6` is axis 0 of `six`: 6", "`8` is axis 1 of `x`: 8"]
    ),
    ("return LayerNormalization(x, six, axis=1)", ["`6` is axis 0 of `six`: 6", "`5` is axis 2 of `x`: 5"]),
    ("return Conv(x, w, group=2)", ["`3` is axis 1 of `w`: 3", "`8` is axis 1 of `x`: 8"]),
    (
      "y, h = onnx.GRU(s, W, R, hidden_size=8)\n    return y",
      ["`7` is axis 2 of `R`: 7", "`8` comes from `hidden_size=8`: hidden_size=8"]
    ),
    (
      "return x + Tight(x, channels=7)",
      ["`5` is axis 2 of `x`: 5", "`6` is `5 + 1` and comes from `padding=pad + 1`: padding=pad + 1"]
    ),
    ("return x + i64(x)", ["`f32` is the type of `x`: f32", "`i64` comes from Cast: i64(x)"]),
    ("return Neg(Abs(k)) + x", ["`i32` is the type of `k`: i32", "`f32` is the type of `x`: f32"]),
    ("return Reshape(x, [N, 9])", ["`8` is axis 1 of `x`: 8", "`5` is axis 2 of `x`: 5"]),
    ("y: i64[N, 8, 5] = Relu(x)\n    return y", ["declared here: i64", "`f32` is the type of `x`: f32"]),
  ])
  func theOtherFactIsTheOneThatIsMeant(body: String, expected: [String]) throws {
    let text = Array(
      """
      use onnx 21
      block Tight(x: T[N, C, W], channels: int, pad: int = 0) -> T[...] {
          return c: Conv1d(x, out_channels=C, kernel_size=2, padding=pad + 1)
      }
      model net(x: f32[N, 8, 5], six: f32[6], eight: f32[8], w: f32[4, 3, 1], k: i32[N, 8, 5],
          s: f32[S, N, 8], W: f32[1, 24, 8], R: f32[1, 21, 7]) {
          \(body)
      }

      """.utf8)
    let program = Program(SourceFile(path: "test.mica", source: text, number: 0))
    let problems = program.elaborate(program.models[0]).diagnostics.filter { $0.severity == .error }
    try #require(problems.count == 1)
    #expect(Self.told(of: problems[0], in: text).filter { !$0.hasPrefix("in this call") } == expected)
  }
}
