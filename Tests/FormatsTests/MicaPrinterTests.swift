import Formats
import Graphs
import Tensors
import Testing

@Suite struct MicaPrinterTests {
  /// A graph of one call, `y = Op(x)` with attributes.
  private func model(_ operatorType: String, output: String = "y", attributes: [Attribute] = []) -> Model {
    var graph = Graph(name: "m")
    let type = ValueType.tensor(TensorType(.f32, [.symbol("batch size"), 2]))
    let input = graph.values.append(Value(name: "x", type: type, definition: .input(graph.body, index: 0)))
    let node = graph.nodes.append(Node(operatorType, inputs: [input], outputs: [], attributes: attributes))
    let result = graph.values.append(Value(name: output, type: type, definition: .result(node, index: 0)))
    graph.nodes[node].outputs = [result]
    graph.regions[graph.body].inputs = [input]
    graph.regions[graph.body].nodes = [node]
    graph.regions[graph.body].outputs = [result]
    return Model(graph: graph, opsetImports: [OpsetImport(domain: "", version: 21)], irVersion: 10)
  }

  /// The text's line with the call.
  private func call(_ model: Model, qualified: Set<String> = []) throws -> String? {
    let text = try MicaPrinter.text(of: model, weights: "m.onnx", qualified: qualified)
    return text.split(separator: "\n").last { $0.contains(" = ") }.map { String($0.drop { $0 == " " }) }
  }

  @Test func writesAModel() throws {
    let text = try MicaPrinter.text(of: model("Relu"), weights: "m.onnx", qualified: [])
    #expect(
      text == """
        use onnx 21

        @verbatim
        @ir_version(10)
        model m(x: f32[`batch size`, 2]) -> (y: f32[`batch size`, 2]) {
            y = Relu(x)
            return y
        }

        """)
  }

  @Test func qualifiesOperatorsWhoseNamesMeanSomethingElse() throws {
    #expect(try call(model("Dropout"), qualified: ["Dropout"]) == "y = onnx.Dropout(x)")
    #expect(try call(model("Relu", output: "Relu")) == "Relu = onnx.Relu(x)")
    #expect(try call(model("m")) == "y = onnx.m(x)")
  }

  @Test(arguments: [
    ("f32", "`f32`"), ("387", "`387`"), ("a b", "`a b`"), ("a`{\\", "`a\\`\\{\\\\`"), ("model", "model"),
  ])
  func writesNames(name: String, spelling: String) throws {
    #expect(try call(model("Relu", output: name)) == "\(spelling) = Relu(x)")
  }

  @Test func writesAttributesOfEachKind() throws {
    let cases: [(Attribute.Value, String)] = [
      (.int(.min), "-9223372036854775807 - 1"), (.float(0.1), "0.1"), (.float(1e20), "1e20"), (.float(-0.0), "-0.0"),
      (.float(-.infinity), "-inf"), (.float(.nan), "nan"), (.string("a\"\n"), "\"a\\\"\\n\""),
      (.string([0x61, 0xFF]), "b\"a\\xff\""), (.ints([1, -2]), "[1, -2]"), (.ints([]), "ints []"),
      (.floats([]), "floats []"), (.floats([1, 2]), "[1.0, 2.0]"), (.strings([]), "strings []"),
      (.type(.sequence(.tensor(TensorType(.i64, [2])))), "type seq<i64[2]>"),
      (.tensor(NamedTensor(.i64([1, 2]))), "i64[2]{1, 2}"), (.tensor(NamedTensor(name: "t", .i64([1, 2]))), "$`@0.a`"),
      (.tensor(NamedTensor(.i64(Array(0..<17)))), "$`@0.a`"),
      (.float(Float(bitPattern: 0xFFC0_0001)), "nan(0xffc00001)"),
      (.tensors([NamedTensor(.i64([1])), NamedTensor(name: "t", .i64([1]))]), "[i64[1]{1}, $`@0.a.1`]"),
      (.tensors([]), "tensors []"), (.graphs([]), "graphs []"), (.types([]), "types []"),
      (.sparseTensors([]), "sparse_tensors []"), (.sparseTensor(sparse([3])), "sparse i64[5]{3: 7}"),
      (.sparseTensors([sparse([3], name: "s")]), "[$`@0.a.0`]"), (.types([.unknown]), "[type ?]"),
    ]
    for (value, spelling) in cases {
      #expect(try call(model("Op", attributes: [Attribute("a", value)])) == "y = Op(x, a=\(spelling))")
    }
  }

  /// A sparse tensor of five integers, all that are there 7.
  private func sparse(_ places: [Int], name: String = "") -> SparseTensor {
    SparseTensor(
      values: NamedTensor(name: name, .i64(places.map { _ in 7 })), indices: NamedTensor(.i64(places)), sizes: [5])
  }

  @Test func refusesWhatHasNoSpelling() {
    var twins = model("Relu")
    let twin = twins.graph.values.append(
      Value(name: "x", type: .unknown, definition: .input(twins.graph.body, index: 1)))
    twins.graph.regions[twins.graph.body].inputs.append(twin)
    twins.graph.shadowed = [twin]
    #expect(throws: InexpressibleModel.self) {
      try MicaPrinter.text(of: twins, weights: "m.onnx", qualified: [])
    }
  }

  @Test func anElementTypeThatIsLeftOutIsT() throws {
    var model = model("Relu")
    model.graph.values[model.graph.regions[model.graph.body].inputs[0]].type = .tensor(TensorType(nil, [2]))
    let text = try MicaPrinter.text(of: model, weights: "m.onnx", qualified: [])
    #expect(text.contains("(x: T[2])"))
  }

  @Test func writesNodesInAnOrderInWhichTheyCanRun() throws {
    var model = model("Relu")
    let body = model.graph.body
    let input = model.graph.regions[body].inputs[0]
    let last = model.graph.regions[body].nodes[0]
    let first = model.graph.nodes.append(Node("Neg", inputs: [input], outputs: []))
    let between = model.graph.values.append(Value(name: "t", type: .unknown, definition: .result(first, index: 0)))
    model.graph.nodes[first].outputs = [between]
    model.graph.nodes[last].inputs = [between]
    model.graph.regions[body].nodes = [last, first]
    let text = try MicaPrinter.text(of: model, weights: "m.onnx", qualified: [])
    let statements = text.split(separator: "\n").suffix(6).map { String($0.drop { $0 == " " }) }
    #expect(statements == ["@position(1)", "t = Neg(x)", "@position(0)", "y = Relu(t)", "return y", "}"])
  }

  @Test func tellsModelsApart() {
    let original = model("Op", attributes: [Attribute("a", .int(1))])
    #expect(ModelDifference.first(original, original) == nil)
    #expect(
      ModelDifference.first(original, model("Op", attributes: [Attribute("a", .float(1))]))
        == "node 0, Op ``: its attribute `a`")
    #expect(
      ModelDifference.first(original, model("Op", output: "z", attributes: [Attribute("a", .int(1))]))
        == "node 0, Op ``: its outputs")
    var changed = original
    changed.irVersion = 9
    #expect(ModelDifference.first(original, changed) == "the IR version 10")
    changed = original
    changed.opsetImports[0].version = 20
    #expect(ModelDifference.first(original, changed) == "the operator sets onnx 21")
    changed = original
    changed.graph.regions[changed.graph.body].annotations.doc = "d"
    #expect(ModelDifference.first(original, changed) == "the doc_string or metadata of the graph `m`")
    changed = original
    let input = changed.graph.regions[changed.graph.body].inputs[0]
    changed.graph.values[input].type = .unknown
    #expect(ModelDifference.first(original, changed) == "the inputs")
  }
}
