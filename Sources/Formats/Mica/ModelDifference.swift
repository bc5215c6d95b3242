import Glibc
package import Graphs
import Tensors

/// Compares models as the files that they make.
package enum ModelDifference {
  /// Where two models differ first, in words; `nil` where their files say the same.
  ///
  /// Large tensors are the same where they are the same bytes of the same file.
  package static func first(_ left: Model, _ right: Model) -> String? {
    let (left, right) = (left.withLightTensors, right.withLightTensors)
    if encoded({ $0.encode(left) }) == encoded({ $0.encode(right) }) { return nil }
    return header(left, right)
      ?? difference(left.graph, left.graph.body, right.graph, right.graph.body, isWhole: true)
      ?? beside(left, right)
  }

  /// Whether two functions say the same.
  package static func areSame(_ left: Function, _ right: Function) -> Bool {
    encoded { $0.encode(ModelField.function, left) } == encoded { $0.encode(ModelField.function, right) }
  }

  /// Whether two trainings say the same.
  package static func areSame(_ left: Training, _ right: Training) -> Bool {
    encoded { $0.encode(ModelField.training, left) } == encoded { $0.encode(ModelField.training, right) }
  }

  private static func encoded(_ encode: (inout ONNXEncoder) -> Void) -> [UInt8] {
    var encoder = ONNXEncoder(path: "", external: ExternalDataLayout(modelPath: "", threshold: nil))
    encode(&encoder)
    encoder.wire.beginGathering()
    encode(&encoder)
    return encoder.wire.gathered
  }

  private static func header(_ left: Model, _ right: Model) -> String? {
    if left.irVersion != right.irVersion { return "the IR version \(left.irVersion)" }
    if left.producerName != right.producerName || left.producerVersion != right.producerVersion {
      return "the producer"
    }
    if left.domain != right.domain || left.modelVersion != right.modelVersion { return "the domain and version" }
    if left.annotations != right.annotations { return "the doc_string or metadata of the model" }
    if left.opsetImports != right.opsetImports {
      return "the operator sets "
        + left.opsetImports.map { "\($0.domain.isEmpty ? "onnx" : $0.domain) \($0.version)" }.joined(separator: ", ")
    }
    return nil
  }

  /// Where the functions and all else beside the graph differ.
  private static func beside(_ left: Model, _ right: Model) -> String {
    guard left.functions.count == right.functions.count else { return "the number of functions" }
    for (function, other) in zip(left.functions, right.functions) {
      let wanted = encoded { $0.encode(ModelField.function, function) }
      guard wanted != encoded({ $0.encode(ModelField.function, other) }) else { continue }
      let inner = difference(
        function.graph, function.graph.body, other.graph, other.graph.body, isWhole: true, isFunction: true)
      return "the function `\(function.name)`: \(inner ?? "its attributes, doc_string, metadata or operator sets")"
    }
    return "what is said of training or devices"
  }

  /// - Parameters:
  ///   - isWhole: whether there is more to look at where everything in the region is the same.
  ///   - isFunction: whether the inputs and outputs are mere names.
  private static func difference(
    _ left: Graph, _ a: Region.ID, _ right: Graph, _ b: Region.ID, isWhole: Bool = false, isFunction: Bool = false
  ) -> String? {
    let (region, other) = (left.regions[a], right.regions[b])
    let place = a == left.body ? "" : " of a subgraph"
    if !isFunction, region.name != other.name { return "the name `\(region.name)` of a graph" }
    if region.annotations != other.annotations { return "the doc_string or metadata of the graph `\(region.name)`" }
    if region.nodes.count != other.nodes.count { return "the number of nodes\(place)" }
    for (index, (node, twin)) in zip(region.nodes, other.nodes).enumerated() {
      let wanted = encoded { $0.encode(GraphField.node, node, of: left) }
      if wanted != encoded({ $0.encode(GraphField.node, twin, of: right) }) {
        let (node, twin) = (left.nodes[node], right.nodes[twin])
        return "node \(index)\(place), \(node.operatorType) `\(node.name)`\(part(node, left, twin, right))"
      }
    }
    func values(_ ids: [Value.ID], _ graph: Graph) -> [[UInt8]] {
      ids.map { id in
        isFunction ? Array(graph.values[id].name.utf8) : encoded { $0.encode(GraphField.input, id, of: graph) }
      }
    }
    func records(_ region: Region, _ graph: Graph) -> [[UInt8]] {
      region.valueInfo.enumerated().map { index, id in
        encoded {
          $0.encode(
            GraphField.valueInfo, id, of: graph, recorded: region.recordedTypes[id], as: region.otherRecords[index])
        }
      }
    }
    if values(region.inputs, left) != values(other.inputs, right) { return "the inputs\(place)" }
    if values(region.outputs, left) != values(other.outputs, right) || region.otherOutputs != other.otherOutputs {
      return "the outputs\(place)"
    }
    if records(region, left) != records(other, right) { return "the recorded types\(place)" }
    if isFunction { return nil }
    if isWhole,
      encoded({ $0.encode(ModelField.graph, a, of: left) }) == encoded({ $0.encode(ModelField.graph, b, of: right) })
    {
      return nil
    }
    return "the initialisers or quantization annotations\(place)"
  }

  private static func part(_ node: Node, _ graph: Graph, _ twin: Node, _ other: Graph) -> String {
    func names(_ values: [Value.ID?], _ graph: Graph) -> [String] {
      values.map { $0.map { graph.values[$0].name } ?? "" }
    }
    if names(node.inputs, graph) != names(twin.inputs, other) { return ": its inputs" }
    if names(node.outputs, graph) != names(twin.outputs, other) { return ": its outputs" }
    if node.attributes.map(\.name) != twin.attributes.map(\.name) { return ": its attributes" }
    for (attribute, copy) in zip(node.attributes, twin.attributes) {
      if case (.graph(let region), .graph(let copied)) = (attribute.value, copy.value),
        let inner = difference(graph, region, other, copied)
      {
        return ": `\(attribute.name)`: \(inner)"
      }
      let wanted = encoded { $0.encode(NodeField.attribute, attribute, of: graph) }
      if wanted != encoded({ $0.encode(NodeField.attribute, copy, of: other) }) {
        return ": its attribute `\(attribute.name)`"
      }
    }
    for (what, one, another) in [
      ("name", node.name, twin.name), ("operator", node.operatorType, twin.operatorType),
      ("domain", node.domain, twin.domain), ("overload", node.overload, twin.overload),
      ("doc_string", node.annotations.doc, twin.annotations.doc),
    ] where one != another {
      return ": its \(what) `\(one)`"
    }
    return node.annotations.metadata != twin.annotations.metadata ? ": its metadata" : ": its devices"
  }
}

extension Model {
  /// The model with the places of large tensors in the place of their bytes.
  fileprivate var withLightTensors: Model {
    var model = self
    model.graph = graph.withLightTensors
    for index in functions.indices { model.functions[index].graph = functions[index].graph.withLightTensors }
    return model
  }
}

extension Graph {
  fileprivate var withLightTensors: Graph {
    var graph = self
    for region in regions.indices {
      for index in regions[region].initializers.indices {
        graph.regions[region].initializers[index].tensor = regions[region].initializers[index].tensor.light
      }
    }
    for node in nodes.indices {
      for (index, attribute) in nodes[node].attributes.enumerated() {
        guard case .tensor(var named) = attribute.value else { continue }
        named.tensor = named.tensor.light
        graph.nodes[node].attributes[index].value = .tensor(named)
      }
    }
    return graph
  }
}

extension Tensor {
  /// Larger tensors are compared by their places.
  private static let contentLimit = 256

  fileprivate var light: Tensor {
    let place: String
    switch storage {
    case .mapped(let file, let range) where range.count > Self.contentLimit:
      place = "\(Self.resolved(file.path)) \(range)"
    case .generated(let initialization, let seed) where byteCount ?? 0 > Self.contentLimit:
      place = "\(initialization) \(seed)"
    default: return self
    }
    let text = Array("\(element) \(sizes) \(place)".utf8)
    return Tensor(.u8, [text.count], .bytes(text))
  }

  /// The path without links: a file may be reached by several.
  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
