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
    ]
    for (value, spelling) in cases {
      #expect(try call(model("Op", attributes: [Attribute("a", value)])) == "y = Op(x, a=\(spelling))")
    }
  }

  @Test func refusesWhatHasNoSpelling() {
    var training = model("Relu")
    training.training = [
      Training(initialization: nil, algorithm: nil, initializationBinding: [], updateBinding: [])
    ]
    let float = Float(bitPattern: Float.nan.bitPattern | 1)
    for model in [training, model("Op", attributes: [Attribute("a", .float(float))])] {
      #expect(throws: InexpressibleModel.self) {
        try MicaPrinter.text(of: model, weights: "m.onnx", qualified: [])
      }
    }
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
