import Graphs
import Tensors

/// Builds a `Graph` from a GraphProto or from the body of a FunctionProto.
///
/// ONNX ties nodes together by names. All that a graph defines is declared before any name is looked up, so that the
/// order of nodes does not matter, and subgraphs see the names of the graphs around them. Of two definitions of one name
/// the first is what uses mean. A name that nothing defines becomes a value without a definition.
struct GraphDecoder {
  /// Where the parts of a graph are that are decoded once the names are known.
  struct Parts {
    var nodes: [Range<Int>] = []
    var inputs: [Range<Int>] = []
    var outputs: [Range<Int>] = []
    var valueInfo: [Range<Int>] = []
    var initializers: [Range<Int>] = []
    var sparseInitializers: [Range<Int>] = []
  }

  let source: ONNXSource
  var graph = Graph()
  /// What nodes of ai.onnx call, by the operators' names.
  var callees: [String: NodeCallee] = [:]
  /// Whether the outermost region's inputs and outputs are mere names, as a function's are.
  private var isFunction = false
  /// What names mean, the innermost region last.
  private var scopes: [[String: Value.ID]] = []

  init(source: ONNXSource) {
    self.source = source
  }

  /// Decodes a GraphProto as the graph's outermost region.
  mutating func decodeBody(_ reader: WireReader) throws(WireError) {
    try decode(reader, as: graph.body)
  }

  /// Decodes a GraphProto as a subgraph.
  mutating func decodeSubgraph(_ reader: WireReader, owner: Node.ID?) throws(WireError) -> Region.ID {
    let id = graph.regions.append(Region(owner: owner))
    try decode(reader, as: id)
    return id
  }

  private mutating func decode(_ message: WireReader, as id: Region.ID) throws(WireError) {
    var reader = message
    var parts = Parts()
    var region = graph.regions[id]
    while let field = try reader.next() {
      switch (GraphField(rawValue: field.number), field.payload) {
      case (.node, .bytes(let range)): parts.nodes.append(range)
      case (.name, .bytes(let range)): region.name = source.text(range)
      case (.initializer, .bytes(let range)): parts.initializers.append(range)
      case (.doc, .bytes(let range)): region.annotations.doc = source.prose(range)
      case (.input, .bytes(let range)): parts.inputs.append(range)
      case (.output, .bytes(let range)): parts.outputs.append(range)
      case (.valueInfo, .bytes(let range)): parts.valueInfo.append(range)
      case (.quantization, .bytes(let range)):
        region.quantization.append(try source.quantization(try reader.message(at: range)))
      case (.sparseInitializer, .bytes(let range)): parts.sparseInitializers.append(range)
      case (.metadata, .bytes(let range)):
        region.annotations.metadata.append(try source.metadata(try reader.message(at: range)))
      default: source.keep(field, in: &region.annotations.unknownFields)
      }
    }
    graph.regions[id] = region
    makeRoom(for: parts)
    defer { scopes.removeLast() }
    for range in parts.inputs { try declareInput(try source.valueInfo(try message.message(at: range)), of: id) }
    for range in parts.initializers { try decodeInitializer(try message.message(at: range), of: id) }
    for range in parts.sparseInitializers { try decodeSparseInitializer(try message.message(at: range), of: id) }
    let nodes = try declareNodes(parts.nodes, of: id, in: message)
    var records: [ValueInfo] = []
    for range in parts.valueInfo { records.append(try source.valueInfo(try message.message(at: range))) }
    keep(records, of: id)
    var outputs: [ValueInfo] = []
    for range in parts.outputs { outputs.append(try source.valueInfo(try message.message(at: range))) }
    graph.regions[id].outputs = outputs.map { describe($0) }
    keepOthers(records, outputs, of: id)
    try connect(nodes, parts.nodes, in: message)
  }

  /// Opens the scope of a region, with room for what its parts define: at least one value each.
  private mutating func makeRoom(for parts: Parts) {
    let values = parts.nodes.count + parts.inputs.count + parts.initializers.count
    var scope: [String: Value.ID] = [:]
    scope.reserveCapacity(values)
    scopes.append(scope)
    guard scopes.count == 1 else { return }
    graph.values.reserveCapacity(values)
    graph.nodes.reserveCapacity(parts.nodes.count)
  }

  /// Decodes a function's body, whose inputs and outputs are mere names, and the defaults of its attributes.
  mutating func decodeFunction(
    _ parts: Parts, attributeDefaults: [Range<Int>], in message: WireReader
  ) throws(WireError) -> [Attribute] {
    isFunction = true
    makeRoom(for: parts)
    defer { scopes.removeLast() }
    for range in parts.inputs { try declareInput(ValueInfo(name: source.text(range)), of: graph.body) }
    let nodes = try declareNodes(parts.nodes, of: graph.body, in: message)
    var records: [ValueInfo] = []
    for range in parts.valueInfo { records.append(try source.valueInfo(try message.message(at: range))) }
    keep(records, of: graph.body)
    keepOthers(records, [], of: graph.body)
    for range in parts.outputs { graph.regions[graph.body].outputs.append(resolve(source.text(range))) }
    try connect(nodes, parts.nodes, in: message)
    var attributes: [Attribute] = []
    for range in attributeDefaults { attributes.append(try attribute(try message.message(at: range), owner: nil)) }
    return attributes
  }
}

// MARK: Names

extension GraphDecoder {
  /// The value that `name` means here; an undefined one where it means nothing yet.
  mutating func resolve(_ name: String) -> Value.ID {
    for scope in scopes.reversed() {
      if let id = scope[name] { return id }
    }
    let id = graph.values.append(Value(name: name, type: .unknown, definition: .undefined))
    scopes[0][name] = id
    return id
  }

  /// Stores `value`, which its name means in the innermost region unless it means something there already.
  mutating func declare(_ value: Value) -> Value.ID {
    let id = graph.values.append(value)
    guard !value.name.isEmpty else { return id }
    if let first = scopes[scopes.count - 1].updateValue(id, forKey: value.name) {
      scopes[scopes.count - 1][value.name] = first
      graph.shadowed.append(id)
    }
    return id
  }

  /// The input of the innermost region `id` that is called `name`.
  func input(_ name: String, of id: Region.ID) -> Value.ID? {
    guard let value = scopes[scopes.count - 1][name], case .input(id, _) = graph.values[value].definition else {
      return nil
    }
    return value
  }

  private mutating func declareInput(_ info: ValueInfo, of id: Region.ID) throws(WireError) {
    var value = Value(
      name: info.name, type: info.type, definition: .input(id, index: graph.regions[id].inputs.count))
    value.denotation = info.denotation
    value.annotations = info.annotations
    graph.regions[id].inputs.append(declare(value))
  }

  /// Adds what a file records of values to them; of several records of one value the first.
  private mutating func keep(_ records: [ValueInfo], of id: Region.ID) {
    var seen: Set<Value.ID> = []
    for info in records {
      let value = resolve(info.name)
      if seen.insert(value).inserted { describe(info) }
      graph.regions[id].valueInfo.append(value)
    }
  }

  /// Keeps what a file says of values in one list and not in another, or says twice.
  private mutating func keepOthers(_ records: [ValueInfo], _ outputs: [ValueInfo], of id: Region.ID) {
    var seen: Set<Value.ID> = []
    for (index, info) in records.enumerated() {
      let value = graph.regions[id].valueInfo[index]
      guard seen.insert(value).inserted else {
        graph.regions[id].otherRecords[index] = info.description
        continue
      }
      guard info.description != graph.values[value].description else { continue }
      if info.denotation == graph.values[value].denotation, info.annotations == graph.values[value].annotations,
        graph.regions[id].recordedTypes[value] == nil
      {
        graph.regions[id].recordedTypes[value] = info.type
      } else {
        graph.regions[id].otherRecords[index] = info.description
      }
    }
    for (index, info) in outputs.enumerated() {
      let value = graph.values[graph.regions[id].outputs[index]]
      if info.description != value.description { graph.regions[id].otherOutputs[index] = info.description }
    }
  }

  /// Adds what a file says of a value to the value.
  ///
  /// Inputs and the types of stored tensors stay what they are, and so do values from a region around.
  @discardableResult
  private mutating func describe(_ info: ValueInfo) -> Value.ID {
    let id = resolve(info.name)
    let isOurs = scopes[scopes.count - 1][info.name] == id
    let value = graph.values[id]
    let isInput = if case .input = value.definition { !isFunction || scopes.count > 1 } else { false }
    let isStored = if case .initializer = value.definition { true } else { false }
    let isOpen = isOurs && !isInput && (!isStored || info.type == value.type)
    if info.type != .unknown || info.denotation != nil, isOpen {
      graph.values[id].type = info.type
      graph.values[id].denotation = info.denotation
    }
    if info.annotations != Annotations(), isOurs, !isInput {
      graph.values[id].annotations = info.annotations
    }
    return id
  }
}

extension Value {
  fileprivate var description: ValueDescription {
    ValueDescription(type: type, denotation: denotation, annotations: annotations)
  }
}

extension ValueInfo {
  fileprivate var description: ValueDescription {
    ValueDescription(type: type, denotation: denotation, annotations: annotations)
  }
}
