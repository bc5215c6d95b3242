import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// What ONNX keeps beside the graph, and the text in annotations and docs.
@Suite struct AnnotationTests {
  static let examples: [Example] = [
    Example(
      "what there is not",
      """
      @mata("k", "v")  //~ unknown-annotation: @mata, @meta
      @whatever  //~ unknown-annotation: @whatever, @recorded
      model m(x: f32[N]) {
          return x
      }
      """),
    Example(
      "what says nothing of what it stands before",
      """
      @doc("no file keeps it") use onnx 21  //~ misplaced-annotation: @doc
      @producer("a", "1") block B(@doc("inlined") x: T[N]) -> T[N] {  //~ misplaced-annotation: @producer, a model //~ misplaced-annotation: @doc
          return x
      }
      @name("m") model m(x: f32[N], @doc("configuration") n: int = 2) {  //~ misplaced-annotation: @name //~ misplaced-annotation: @doc
          @doc("folded") const k: f32[1] = [2.0]  //~ misplaced-annotation: @doc
          @name("w") param w: f32[1]  //~ misplaced-annotation: @name
          @doc("twice") repeat i in 0..<n {  //~ misplaced-annotation: @doc
              x = x + k
          }
          @quantized(SCALE_TENSOR="s") return B(x) * w  //~ misplaced-annotation: @quantized
      }
      """),
    Example(
      "what the statement does not make",
      """
      model m(x: f32[N]) -> (y: f32[N]) {
          @name("n") a = x  //~ misplaced-annotation: @name, no node of its own
          @meta("k", "v") n = 3  //~ misplaced-annotation: @meta, no node of its own
          (@name("v") b) = x  //~ misplaced-annotation: @name, no tensor of its own
          @quantized(SCALE_TENSOR="s") c = x  //~ misplaced-annotation: @quantized, no tensor of its own
          (@name("other") d) = Relu(x)  //~ misplaced-annotation: @name, `y`
          return d
      }
      """),
    Example(
      "a file to import from that there is not",
      """
      @imported
      model m(x: f32[N]) -> (y: f32[N]) {  //~ imported-from-nothing: `m` names none
          return Relu(x)
      }
      """),
    Example(
      "arguments",
      """
      @ir_version("8")  //~ wrong-annotation: an integer, @ir_version(8)
      @model_version(0)  //~ wrong-annotation: above 0
      @device(device=["cuda:0"])  //~ wrong-annotation: configuration
      @device("pair", device="cuda:0")  //~ wrong-annotation: list of texts
      @raw("not base64")  //~ wrong-annotation: base64
      @raw("/w==")  //~ wrong-annotation: whole fields
      model m(@denotation("IMAGE", ["N", "C"]) x: f32[N]) {  //~ wrong-annotation: 2 axes, 1
          @name() a = Relu(x)  //~ wrong-annotation: needs its name
          @name("a", "b") b = Relu(x)  //~ wrong-annotation: one argument
          @name("a") @name("b") c = Relu(x)  //~ wrong-annotation: twice
          @meta("k") d = Relu(x)  //~ wrong-annotation: needs its value
          @meta(3, "v") e = Relu(x)  //~ wrong-annotation: a text
          @quantized() f = Relu(x)  //~ wrong-annotation: with a name
          @doc("a", text="b") g = Relu(x)  //~ wrong-annotation: nothing called `text`
          @recorded(f32) h = Relu(x)  //~ wrong-annotation: a type
          return a + b + c + d + e + f + g + h
      }
      """),
    Example(
      "recorded types",
      """
      use com.example 1
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          @recorded(type f32[batch, 4]) a = Relu(x)  //: f32[N, 4]
          @recorded(type f32[N, 5]) b = Relu(a)  //: f32[N, 4] //~ recorded-type: f32[N, 5], f32[N, 4]
          @recorded(type f16[2]) c = com.example.Foo(b)  //: f16[2] //~ undeclared-operator: Foo
          return b
      }
      """),
    Example(
      "a name that another value has",
      """
      model m(x: f32[N]) {
          repeat i in 0..<2 {
              (@name("v") x) = Relu(x)  //~ duplicate-name: `v`
          }
          return Relu(x)
      }
      """),
  ]

  @Test(arguments: examples) func meetsItsExpectations(_ example: Example) { example.check() }

  private static func graph(_ body: String, before: String = "") throws -> Model {
    let source = before + "model m(x: f32[N, 4], b: f32[4]) {\n\(body)\n}\n"
    let elaborated = Elaborated(source)
    let elaboration = try #require(elaborated.elaborations.first)
    #expect(elaboration.diagnostics.filter { $0.severity == .error } == [])
    return elaboration.model
  }

  @Test func aStatementIsItsOutermostNode() throws {
    let graph = try Self.graph(
      """
      @name("/enc/Relu") @meta("key", "value") @meta("more", "")
      y = x + b |> Sigmoid |> Relu
      /// What the sum is
      /// good for.
      z = y + b
      @doc("the last") @device("pair", pipeline_stage=1) @raw("mgYCSGk=")
      return y - z
      """
    ).graph
    let nodes = graph.regions[graph.body].nodes.map { graph.nodes[$0] }
    #expect(nodes.map(\.name) == ["/Add", "/Sigmoid", "/enc/Relu", "/Add_1", "/Sub"])
    #expect(nodes[2].annotations.metadata == [Metadata(key: "key", value: "value"), Metadata(key: "more", value: "")])
    #expect(nodes[3].annotations.doc == "What the sum is\ngood for.")
    #expect(nodes[4].annotations.doc == "the last")
    #expect(nodes[4].annotations.unknownFields == [0x9A, 0x06, 0x02, 0x48, 0x69])
    #expect(nodes[4].deviceConfigurations == [.named("pair", pipelineStage: 1)])
  }

  @Test func aNameIsItsValue() throws {
    let graph = try Self.graph(
      """
      @name("cut") first, @name("rest") @doc("half") rest = Split(x, axis=1, num_outputs=2)
      return first
      """
    ).graph
    let node = try #require(graph.regions[graph.body].nodes.first)
    let rest = try #require(graph.nodes[node].outputs.last ?? nil)
    #expect(graph.nodes[node].name == "cut")
    #expect(graph.values[rest].name == "rest")
    #expect(graph.values[rest].annotations.doc == "half")
  }

  @Test func namesOfRoundsAreInterpolated() throws {
    let graph = try Self.graph(
      """
      repeat i in 0..<2 {
          @name(`/layer{i}/Add`) (@name(`layer{i}`) x) = x + b
      }
      return Relu(x)
      """
    ).graph
    let nodes = graph.regions[graph.body].nodes.map { graph.nodes[$0] }
    #expect(nodes.map(\.name) == ["/layer0/Add", "/layer1/Add", "/Relu"])
    #expect(nodes.prefix(2).map { $0.outputs[0].map { graph.values[$0].name } } == ["layer0", "layer1"])
  }

  @Test func nodesMayShareAName() throws {
    let graph = try Self.graph("@name(\"/Relu\") y = Relu(x)\n@name(\"/Relu\") z = Relu(y)\nreturn Relu(z)").graph
    #expect(graph.regions[graph.body].nodes.map { graph.nodes[$0].name } == ["/Relu", "/Relu", "/Relu_1"])
  }

  @Test func aValueKeepsWhatItsFileSays() throws {
    let graph = try Self.graph(
      """
      @quantized(SCALE_TENSOR="s") @quantized(ZERO_POINT_TENSOR="z")
      @denotation("TENSOR", ["DATA_BATCH", "DATA_FEATURE"]) @recorded(type f32[batch, 4])
      y = Relu(x)
      return Relu(y)
      """
    ).graph
    let body = graph.regions[graph.body]
    let node = try #require(body.nodes.first)
    let value = try #require(graph.nodes[node].outputs.first ?? nil)
    #expect(
      body.quantization.flatMap(\.parameters)
        == [Metadata(key: "SCALE_TENSOR", value: "s"), Metadata(key: "ZERO_POINT_TENSOR", value: "z")])
    #expect(body.quantization.allSatisfy { $0.value == value })
    #expect(
      graph.values[value].denotation
        == Denotation(type: "TENSOR", dimensions: [0: "DATA_BATCH", 1: "DATA_FEATURE"]))
    #expect(body.recordedTypes[value].map { "\($0)" } == "f32[batch, 4]")
  }

  @Test func aParameterIsItsTensor() throws {
    let graph = try Self.graph(
      """
      /// Trained for long.
      @meta("epochs", "90") @quantized(SCALE_TENSOR="w_scale") param w: f32[4]
      return x * w
      """
    ).graph
    let initializer = try #require(graph.regions[graph.body].initializers.first)
    #expect(initializer.annotations.doc == "Trained for long.")
    #expect(initializer.annotations.metadata == [Metadata(key: "epochs", value: "90")])
    #expect(graph.regions[graph.body].quantization.map(\.value) == [initializer.value])
  }

  @Test func aModelAndItsFunctions() throws {
    let model = try Self.graph(
      "return com.acme.Twice(x)",
      before: """
        @doc("Adds.") @meta("author", "A")
        operator com.acme.Twice(x: T[...]) -> T[...] {
            return x + x
        }
        /// Of the graph.
        @doc("Of the model.") @producer("pytorch", "2.9") @domain("com.acme") @model_version(3) @ir_version(11)
        @meta("license", "MIT") @device("pair", device=["cuda:0", "cuda:1"])
        """ + "\n")
    #expect([model.producerName, model.producerVersion, model.domain] == ["pytorch", "2.9", "com.acme"])
    #expect([model.modelVersion, model.irVersion] == [3, 11])
    #expect(model.annotations.doc == "Of the model.")
    #expect(model.graph.regions[model.graph.body].annotations.doc == "Of the graph.")
    #expect(model.annotations.metadata == [Metadata(key: "license", value: "MIT")])
    #expect(model.deviceConfigurations == [.named("pair", count: 2, devices: ["cuda:0", "cuda:1"])])
    #expect(model.functions.map(\.annotations.doc) == ["Adds."])
    #expect(model.functions.map(\.annotations.metadata) == [[Metadata(key: "author", value: "A")]])
  }
}
