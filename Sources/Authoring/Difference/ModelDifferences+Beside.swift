import Graphs
import Tensors

// What files keep beside the computation: docs and metadata of everything that has them, denotations, quantization,
// training, devices, and fields that onnx.proto does not have.

extension ModelDifferences {
  /// The docs and metadata of one thing, as facts by name.
  ///
  /// - Parameter subject: what has them, with a blank behind it; empty for what the list is of.
  static func facts(of annotations: Annotations, _ subject: String = "") -> [(String, String)] {
    var facts: [(String, String)] = []
    if !annotations.doc.isEmpty { facts.append(("\(subject)doc", annotations.doc)) }
    var counts: [String: Int] = [:]
    for entry in annotations.metadata {
      // A key may be there twice.
      let count = counts[entry.key, default: 0] + 1
      counts[entry.key] = count
      facts.append(("\(subject)metadata \(entry.key)\(count == 1 ? "" : " \(count)")", entry.value))
    }
    if let kind = annotations.statedKind { facts.append(("\(subject)kind", "\(kind)")) }
    return facts + Self.facts(ofUnknown: annotations.unknownFields, subject)
  }

  /// The facts of a node, its attributes and its results.
  static func facts(of node: Node, in graph: Graph) -> [(String, String)] {
    var facts = facts(of: node.annotations)
    for attribute in node.attributes {
      let subject = "attribute \(attribute.name) "
      facts += Self.facts(of: attribute.annotations, subject)
      facts += Self.facts(of: attribute.value, subject)
      for region in attribute.value.regions { facts += Self.facts(of: region, in: graph, subject) }
    }
    for (index, result) in node.outputs.enumerated() {
      if let result { facts += Self.facts(of: graph.values[result], "output \(index) ") }
    }
    return facts + Self.facts(of: node.deviceConfigurations)
  }

  /// The facts of a model and its graph.
  static func facts(of model: Model) -> [(String, String)] {
    facts(of: model.annotations) + facts(of: model.graph.body, in: model.graph, "graph ")
      + model.opsetImports.flatMap { facts(ofUnknown: $0.unknownFields, "opset \($0.domain) ") }
      + facts(of: model.deviceConfigurations)
  }

  /// The facts of a value: an input, or a result.
  static func facts(of value: Value, _ subject: String) -> [(String, String)] {
    facts(of: value.annotations, subject) + facts(of: value.denotation, subject)
  }

  /// The facts of a graph beside its nodes and values: docs and metadata, and what it says of quantization.
  static func facts(of region: Region.ID, in graph: Graph, _ subject: String) -> [(String, String)] {
    let region = graph.regions[region]
    var facts = facts(of: region.annotations, subject)
    for annotation in region.quantization {
      let name = annotation.value.map { graph.values[$0].name } ?? annotation.tensor
      let parameters = annotation.parameters.map { "\($0.key) = \($0.value)" }
      facts.append(("\(subject)quantization \(name)", parameters.joined(separator: ", ")))
      facts += Self.facts(ofUnknown: annotation.unknownFields, "\(subject)quantization \(name) ")
    }
    // What is said of a value among the outputs alone.
    for (index, description) in region.otherOutputs.sorted(by: { $0.key < $1.key }) {
      let place = "\(subject)output \(index) "
      facts.append(("\(place)type", "\(description.type)"))
      facts += Self.facts(of: description.annotations, place) + Self.facts(of: description.denotation, place)
    }
    return facts
  }

  /// What training says, by its number.
  static func facts(of training: [Training]) -> [(String, String)] {
    training.enumerated().flatMap { index, training in
      let subject = "training \(index)"
      func bindings(_ entries: [Metadata]) -> String {
        entries.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
      }
      func nodes(_ graph: Graph?) -> String { graph.map { "\($0.regions[$0.body].nodes.count) nodes" } ?? "none" }
      return [
        ("\(subject) initialization", nodes(training.initialization)),
        ("\(subject) algorithm", nodes(training.algorithm)),
        ("\(subject) initialization binding", bindings(training.initializationBinding)),
        ("\(subject) update binding", bindings(training.updateBinding)),
      ] + facts(ofUnknown: training.unknownFields, "\(subject) ")
    }
  }

  private static func facts(ofUnknown bytes: [UInt8], _ subject: String) -> [(String, String)] {
    bytes.isEmpty ? [] : [("\(subject)unknown fields", text(of: bytes))]
  }

  /// A few bytes in hexadecimal digits; of more, how many there are and their hash.
  private static func text(of bytes: [UInt8]) -> String {
    guard bytes.count > 16 else {
      return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
    return "\(bytes.count) bytes \(Tensor(.u8, [bytes.count], .bytes(bytes)).hash)"
  }

  private static func facts(of denotation: Denotation?, _ subject: String) -> [(String, String)] {
    guard let denotation else { return [] }
    var facts: [(String, String)] = []
    if !denotation.type.isEmpty { facts.append(("\(subject)denotation", denotation.type)) }
    for (axis, text) in denotation.dimensions.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
      facts.append(("\(subject)denotation of axis \(axis)", text))
    }
    for (axis, size) in denotation.negativeSizes.sorted(by: { $0.key < $1.key }) {
      facts.append(("\(subject)size of axis \(axis)", "\(size)"))
    }
    if !denotation.verbatim.isEmpty { facts.append(("\(subject)type as bytes", text(of: denotation.verbatim))) }
    return facts
  }

  /// What an attribute's tensors say beside their elements.
  static func facts(of value: Attribute.Value, _ subject: String) -> [(String, String)] {
    func facts(_ named: NamedTensor, _ subject: String) -> [(String, String)] {
      (named.name.isEmpty ? [] : [("\(subject)name", named.name)]) + Self.facts(of: named.annotations, subject)
    }
    func sparseFacts(_ sparse: SparseTensor, _ subject: String) -> [(String, String)] {
      facts(sparse.values, "\(subject)values ") + facts(sparse.indices, "\(subject)indices ")
        + Self.facts(ofUnknown: sparse.unknownFields, subject)
    }
    return switch value {
    case .tensor(let named): facts(named, "\(subject)tensor ")
    case .tensors(let list): list.enumerated().flatMap { facts($1, "\(subject)tensor \($0) ") }
    case .sparseTensor(let sparse): sparseFacts(sparse, "\(subject)tensor ")
    case .sparseTensors(let list): list.enumerated().flatMap { sparseFacts($1, "\(subject)tensor \($0) ") }
    default: []
    }
  }

  private static func facts(of configurations: [DeviceConfiguration]) -> [(String, String)] {
    configurations.enumerated().map { index, configuration in
      switch configuration {
      case .wire(let bytes): ("devices \(index)", text(of: bytes))
      case .named(let name, let count, let devices):
        ("devices \(index)", "\(name): \(count.map { "\($0) " } ?? "")[\(devices.joined(separator: ", "))]")
      }
    }
  }

  private static func facts(of configurations: [NodeDeviceConfiguration]) -> [(String, String)] {
    configurations.enumerated().map { index, configuration in
      switch configuration {
      case .wire(let bytes): ("devices \(index)", text(of: bytes))
      case .named(let name, let stage, let sharding):
        (
          "devices \(index)",
          ([name] + (stage.map { ["stage \($0)"] } ?? []) + sharding.map(text)).joined(separator: "; ")
        )
      }
    }
  }

  private static func text(of sharding: Sharding) -> String {
    let groups = sharding.groups.map { "\($0.number) = \($0.devices)" }
    let axes = sharding.axes.map { axis in
      let parts = axis.parts.map { part in
        let size =
          switch part.size {
          case .unknown: "_"
          case .number(let size): "\(size)"
          case .name(let name): name
          }
        return "\(size) in \(part.shards)"
      }
      return "axis \(axis.axis) \(parts.joined(separator: ", "))"
    }
    return (["\(sharding.tensor) on \(sharding.devices)"] + groups + axes).joined(separator: ", ")
  }
}
