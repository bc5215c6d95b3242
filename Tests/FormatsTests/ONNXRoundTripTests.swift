import Formats
import Graphs
import Tensors
import Testing

@Suite struct ONNXRoundTripTests {
  private let folder = TemporaryFolder()

  private func reread(_ model: Model) throws -> Model {
    try ONNXWriter.write(model, to: folder / "m.onnx")
    return try ONNXReader.read(folder / "m.onnx")
  }

  @Test func writesAgainWhatItHasRead() throws {
    try ONNXWriter.write(try reread(SampleModels.rich()), to: folder / "again.onnx")
    #expect(folder.bytes(of: "again.onnx") == folder.bytes(of: "m.onnx"))
  }

  @Test func connectsNodesByNames() throws {
    let graph = try reread(SampleModels.small()).graph
    let body = graph.regions[graph.body]
    let node = graph.nodes[body.nodes[0]]
    #expect(node.operatorType == "Gemm")
    #expect(node.inputs == [body.inputs[0], nil, body.initializers[0].value])
    #expect(node.outputs == [body.outputs[0]])
    #expect(node[attribute: "alpha"]?.float == 0.5)
    #expect(node[attribute: "perm"]?.ints == [1, 0])
    #expect(graph.values[body.inputs[0]].definition == .input(graph.body, index: 0))
    #expect(graph.values[body.outputs[0]].definition == .result(body.nodes[0], index: 0))
    #expect(graph.values[body.initializers[0].value].definition == .initializer(graph.body))
    #expect(graph.values[body.inputs[0]].type == .tensor(TensorType(.f32, [.symbol("N", atLeast: 0), 2, .unknown])))
    #expect(graph.values[body.outputs[0]].type == .tensor(TensorType(.f32, [])))
    #expect(graph.values.count == 3)
  }

  @Test func capturesNamesOfTheGraphAround() throws {
    let graph = try reread(SampleModels.rich()).graph
    let body = graph.regions[graph.body]
    let node = graph.nodes[body.nodes[1]]
    guard case .graph(let branch) = node[attribute: "body"] else {
      Issue.record("no subgraph")
      return
    }
    #expect(graph.regions[branch].owner == body.nodes[1])
    #expect(graph.nodes[graph.regions[branch].nodes[0]].inputs == [body.inputs[0]])
  }

  @Test func keepsWeightsInTheFile() throws {
    let graph = try reread(SampleModels.small()).graph
    guard case .mapped(let file, let range) = graph.regions[graph.body].initializers[0].tensor.storage else {
      Issue.record("the weights have been copied")
      return
    }
    #expect(file.path == folder / "m.onnx")
    #expect(Array(folder.bytes(of: "m.onnx")[range]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
  }

  @Test func keepsEverythingElse() throws {
    let model = try reread(SampleModels.rich())
    #expect(model.modelVersion == -3)
    #expect(model.annotations.metadata == [Metadata(key: "author", value: "someone")])
    #expect(model.annotations.unknownFields == [0xC0, 0x3E, 0x07])
    #expect(model.opsetImports == SampleModels.rich().opsetImports)
    let body = model.graph.regions[model.graph.body]
    #expect(model.graph.values[body.inputs[0]].denotation == Denotation(type: "IMAGE", dimensions: [1: "DATA_CHANNEL"]))
    #expect(model.graph.values[body.inputs[0]].annotations.unknownFields == [0xC2, 0x3E, 0x01, 0x61])
    #expect(model.graph.nodes[body.nodes[1]].deviceConfigurations == [.named("c", pipelineStage: nil)])
    #expect(body.sparseInitializers[0].tensor.sizes == [5])
    #expect(body.valueInfo == [body.outputs[0]])
    #expect(model.functions[0].overload == "o")
    #expect(model.functions[0].attributes == ["outer"])
    #expect(model.functions[0].attributeDefaults[0].value.float == 2)
    #expect(model.training[0].initializationBinding == [Metadata(key: "a", value: "b")])
  }

  @Test(arguments: [
    ValueType.unknown, .tensor(TensorType(nil, nil as Shape?)), .tensor(TensorType(.f32, nil as Shape?)),
    .tensor(TensorType(.bf16, [])), .tensor(TensorType(.i2, [0, 7])),
    .sparseTensor(TensorType(.f64, [.symbol("a b", atLeast: 0)])),
    .sequence(.sequence(.tensor(TensorType(.string, nil as Shape?)))), .optional(.tensor(TensorType(.c64, [1]))),
    .map(key: .string, value: .sequence(.tensor(TensorType(.i64, [.unknown])))),
  ])
  func keepsType(_ type: ValueType) throws {
    var model = SampleModels.small()
    let input = model.graph.regions[model.graph.body].inputs[0]
    model.graph.values[input].type = type
    let graph = try reread(model).graph
    #expect(graph.values[graph.regions[graph.body].inputs[0]].type == type)
  }

  @Test func writesAnExpressionAsItsText() throws {
    var model = SampleModels.small()
    let input = model.graph.regions[model.graph.body].inputs[0]
    let size = Dimension.symbol("N") * 2 + 1
    model.graph.values[input].type = .tensor(TensorType(.f32, [size]))
    let graph = try reread(model).graph
    #expect(
      graph.values[graph.regions[graph.body].inputs[0]].type.shape == Shape([.symbol(size.description, atLeast: 0)]))
  }
}
