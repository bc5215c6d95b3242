import Graphs
import Tensors

enum SampleModels {
  /// One node of every kind of input, an initializer and two operator sets.
  static func small(weights: TensorStorage = .bytes([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])) -> Model {
    var graph = Graph(name: "g")
    let x = graph.values.append(
      Value(
        name: "x", type: .tensor(TensorType(.f32, [.symbol("N"), 2, .unknown])),
        definition: .input(graph.body, index: 0)))
    let w = graph.values.append(
      Value(name: "w", type: .tensor(TensorType(.f32, [2])), definition: .initializer(graph.body)))
    let node = graph.nodes.append(
      Node(
        "Gemm", inputs: [x, nil, w], outputs: [],
        attributes: [
          Attribute("alpha", .float(0.5)), Attribute("perm", .ints([1, 0])),
        ]))
    let y = graph.values.append(
      Value(name: "y", type: .tensor(TensorType(.f32, [])), definition: .result(node, index: 0)))
    graph.nodes[node].outputs = [y]
    graph.regions[graph.body].inputs = [x]
    graph.regions[graph.body].outputs = [y]
    graph.regions[graph.body].nodes = [node]
    graph.regions[graph.body].initializers = [
      Initializer(value: w, tensor: Tensor(.f32, [2], weights), role: .parameter)
    ]
    var model = Model(
      graph: graph, opsetImports: [OpsetImport(domain: "", version: 21), OpsetImport(domain: "d", version: 1)],
      irVersion: 10)
    model.producerName = "mica"
    return model
  }

  /// An If whose branch uses a value of the graph around it, a function with an overload, training, and annotations.
  static func rich() -> Model {
    var model = small()
    var graph = model.graph
    let x = graph.regions[graph.body].inputs[0]
    let y = graph.regions[graph.body].outputs[0]
    let node = graph.nodes.append(Node(domain: "d", "If", overload: "o", name: "if", inputs: [y], outputs: []))
    let branch = graph.regions.append(Region(name: "branch", owner: node))
    let inside = graph.nodes.append(Node("Neg", inputs: [x], outputs: []))
    let negated = graph.values.append(
      Value(name: "negated", type: .sequence(.tensor(TensorType(.i8, nil))), definition: .result(inside, index: 0)))
    graph.nodes[inside].outputs = [negated]
    graph.regions[branch].nodes = [inside]
    graph.regions[branch].outputs = [negated]
    let indices = NamedTensor(name: "at", Tensor(.i64, [1], .bytes([3, 0, 0, 0, 0, 0, 0, 0])))
    let values = NamedTensor(name: "sparse", Tensor(.u4, [1], .bytes([7])))
    let sparse = SparseTensor(values: values, indices: indices, sizes: [5])
    graph.nodes[node].attributes = [
      Attribute("body", .graph(branch)), Attribute("bodies", .graphs([branch])), Attribute("s", .string([0xFF])),
      Attribute("i", .int(-1)), Attribute("floats", .floats([0, .nan])), Attribute("strings", .strings([[], [65]])),
      Attribute("t", .tensor(values)), Attribute("tensors", .tensors([values, indices])),
      Attribute("sparse", .sparseTensor(sparse)), Attribute("sparses", .sparseTensors([sparse])),
      Attribute("type", .type(.map(key: .i64, value: .tensor(TensorType(.string, nil))))),
      Attribute("types", .types([.optional(.tensor(TensorType(.f16, [.symbol("N") * 2])))])),
      Attribute("none", .ints([])), Attribute("passed", .reference("outer", kind: 2)),
    ]
    graph.nodes[node].outputs = [nil]
    graph.nodes[node].deviceConfigurations = [.wire([0x0A, 0x01, 0x63])]
    graph.nodes[node].annotations.metadata = [Metadata(key: "k", value: "")]
    graph.regions[graph.body].nodes.append(node)
    let stored = graph.values.append(
      Value(name: "sparse", type: .tensor(TensorType(.u4, [5])), definition: .initializer(graph.body)))
    graph.regions[graph.body].sparseInitializers = [SparseInitializer(value: stored, tensor: sparse)]
    graph.regions[graph.body].quantization = [
      QuantizationAnnotation(tensor: "y", parameters: [Metadata(key: "SCALE_TENSOR", value: "w")])
    ]
    graph.regions[graph.body].valueInfo = [y]
    graph.regions[graph.body].annotations.doc = "doc"
    graph.values[x].denotation = Denotation(type: "IMAGE", dimensions: [1: "DATA_CHANNEL"])
    graph.values[x].annotations.unknownFields = [0xC2, 0x3E, 0x01, 0x61]
    var function = Function(
      domain: "d", name: "If", overload: "o", graph: small().graph,
      opsetImports: [OpsetImport(domain: "", version: 21)])
    function.graph.regions[function.graph.body].initializers = []
    function.graph.regions[function.graph.body].name = ""
    function.attributes = ["outer"]
    function.attributeDefaults = [Attribute("beta", .float(2))]
    model.functions = [function]
    model.training = [
      Training(
        initialization: small().graph, algorithm: nil, initializationBinding: [Metadata(key: "a", value: "b")],
        updateBinding: [])
    ]
    model.deviceConfigurations = [.wire([0x0A, 0x01, 0x63])]
    model.annotations.metadata = [Metadata(key: "author", value: "someone")]
    model.annotations.unknownFields = [0xC0, 0x3E, 0x07]
    model.modelVersion = -3
    model.graph = graph
    return model
  }
}
