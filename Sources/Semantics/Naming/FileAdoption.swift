import Graphs
import Tensors

/// Gives a graph what the file that it was imported from says beside the computation.
///
/// Where the graph computes what the file's graph does, its nodes and values take the file's names, docs, metadata, recorded
/// types and order, and a small tensor is kept where the file keeps it: as an initialiser, or as a Constant. What an edit
/// has added keeps what it has, and stands behind what it uses; what the text's annotations say stands everywhere.
struct FileAdoption {
  private(set) var graph: Graph
  private let file: Graph
  private let implied: ImpliedAttributes
  /// The nodes and the values that the text names with `@name`.
  private let named: Set<Node.ID>
  private let namedValues: Set<Value.ID>
  /// The outputs of the model.
  private let outputs: Set<Value.ID>
  /// The names of its inputs and outputs.
  private let portNames: Set<String>
  private let alignment: GraphAlignment
  /// The values of the graph, by those of the file.
  private var values: [Value.ID: Value.ID] = [:]
  /// Initialisers that the text takes from the file by their names.
  private var namedInitializers: Set<Value.ID> = []
  /// The regions of the graph, by those of the file.
  private var regions: [Region.ID: Region.ID] = [:]
  /// Where a node stands in the file.
  private var places: [Node.ID: Int] = [:]
  /// The nodes that are the file's.
  private(set) var adopted: Set<Node.ID> = []
  /// The nodes that call what the file's call there, with no other attributes.
  private(set) var same: Set<Node.ID> = []
  /// The nodes that compute what they compute in the file.
  private(set) var unchanged: Set<Node.ID> = []
  /// The initialisers of the file that are used now, and were not referred to by name.
  private(set) var adoptedInitializers: [(name: String, value: Value.ID)] = []

  /// - Parameters:
  ///   - implied: attributes that say nothing; a node has those that it has in the file.
  ///   - named: the nodes and the values that the text names with `@name`.
  init(
    _ graph: Graph, of file: Graph, implied: ImpliedAttributes, named: (nodes: Set<Node.ID>, values: Set<Value.ID>)
  ) {
    (self.named, namedValues) = named
    self.graph = graph
    self.file = file
    self.implied = implied
    let body = graph.regions[graph.body]
    outputs = Set(body.outputs)
    portNames = Set((body.inputs + body.outputs).map { graph.values[$0].name })
    alignment = GraphAlignment(graph, file, implied: implied)
    matchRegions()
    matchInitializers()
    adoptNodes()
    adoptTensors()
    removeUnusedConstants()
    orderNodes()
    orderInitializers()
    recordTypes()
  }

  // MARK: Regions and initialisers

  private mutating func matchRegions() {
    for (region, twin) in alignment.regions.sorted(by: { $0.key < $1.key }) where regions[twin] == nil {
      regions[twin] = region
      let (mine, other) = (graph.regions[region], file.regions[twin])
      for (input, twin) in inputs(mine, other, ofBody: region == graph.body) {
        values[twin] = input
        describe(input, as: twin)
        if region != graph.body {
          graph.values[input].name = file.values[twin].name
          graph.values[input].type = file.values[twin].type
        }
      }
      graph.regions[region].annotations.complete(from: other.annotations)
      if region != graph.body { graph.regions[region].name = other.name }
    }
  }

  /// Inputs that are the same.
  private func inputs(_ mine: Region, _ other: Region, ofBody isBody: Bool) -> [(Value.ID, Value.ID)] {
    isBody ? alignment.inputs.map { ($0, $1) } : Array(zip(mine.inputs, other.inputs))
  }

  /// Finds the initialisers that the text names as the file does.
  private mutating func matchInitializers() {
    var named: [String: Value.ID] = [:]
    for initializer in graph.regions[graph.body].initializers {
      named[graph.values[initializer.value].name] = initializer.value
    }
    for initializer in file.regions[file.body].initializers {
      guard let value = named[file.values[initializer.value].name] else { continue }
      values[initializer.value] = value
      namedInitializers.insert(value)
      graph.values[value].annotations.complete(from: file.values[initializer.value].annotations)
    }
  }

  // MARK: Nodes

  private mutating func adoptNodes() {
    var place = 0
    for region in file.regions.indices {
      for node in file.regions[region].nodes {
        places[node] = place
        place += 1
      }
    }
    let regionOfNode = Self.regionsOfNodes(graph)
    let regionOfTwin = Self.regionsOfNodes(file)
    for (node, twin) in alignment.nodes {
      guard let region = regionOfNode[node], regionOfTwin[twin].flatMap({ regions[$0] }) == region else { continue }
      adopt(node, twin)
    }
  }

  private static func regionsOfNodes(_ graph: Graph) -> [Node.ID: Region.ID] {
    var regions: [Node.ID: Region.ID] = [:]
    for region in graph.regions.indices { for node in graph.regions[region].nodes { regions[node] = region } }
    return regions
  }

  private mutating func adopt(_ node: Node.ID, _ twin: Node.ID) {
    let other = file.nodes[twin]
    adopted.insert(node)
    if alignment.isExact(node) { unchanged.insert(node) }
    if graph.nodes[node].operatorType == other.operatorType, graph.nodes[node].domain == other.domain,
      graph.nodes[node].attributes.allSatisfy({ other[attribute: $0.name] != nil })
    {
      same.insert(node)
    }
    // What the text says itself stands.
    if !named.contains(node) { graph.nodes[node].ruledName = other.ruledName }
    graph.nodes[node].annotations.complete(from: other.annotations)
    if graph.nodes[node].deviceConfigurations.isEmpty {
      graph.nodes[node].deviceConfigurations = other.deviceConfigurations
    }
    graph.nodes[node].attributes = adoptedAttributes(graph.nodes[node].attributes, of: other)
    for (output, twin) in zip(graph.nodes[node].outputs, other.outputs) {
      guard let output, let twin else { continue }
      values[twin] = output
      // The signature says what outputs are called, and nothing else is called so.
      if !outputs.contains(output), !namedValues.contains(output), !portNames.contains(file.values[twin].name) {
        graph.values[output].ruledName = file.values[twin].ruledName
      }
      describe(output, as: twin)
    }
  }

  /// Gives a value what the file says beside its name and type, and the text does not.
  private mutating func describe(_ value: Value.ID, as twin: Value.ID) {
    graph.values[value].annotations.complete(from: file.values[twin].annotations)
    if graph.values[value].denotation?.isStated != true {
      graph.values[value].denotation = file.values[twin].denotation
    }
  }

  /// Attributes in the file's order, with what the file keeps beside them.
  private func adoptedAttributes(_ attributes: [Attribute], of twin: Node) -> [Attribute] {
    var attributes = attributes
    var ordered: [Attribute] = []
    for other in twin.attributes {
      guard let index = attributes.firstIndex(where: { $0.name == other.name }) else {
        if implied.contains(other, of: twin, alignment.leaves.right) { ordered.append(other) }
        continue
      }
      var attribute = attributes.remove(at: index)
      attribute.annotations.complete(from: other.annotations)
      if case .tensor(let tensor) = attribute.value, case .tensor(let twin) = other.value,
        tensor.tensor.identity == twin.tensor.identity
      {
        attribute.value = other.value
      }
      ordered.append(attribute)
    }
    return ordered + attributes
  }

  // MARK: Small tensors

  /// Puts tensors where the file keeps them, wherever both graphs use equal ones in one place.
  private mutating func adoptTensors() {
    for node in adopted.sorted() {
      guard let twin = alignment.nodes[node] else { continue }
      let arguments = graph.nodes[node].inputs
      let adopted = zip(arguments, file.nodes[twin].inputs).map { adoptedTensor($0, $1) }
      guard adopted != Array(arguments.prefix(adopted.count)) else { continue }
      graph.nodes[node].inputs = adopted + arguments.dropFirst(adopted.count)
    }
    for (twin, region) in regions {
      let outputs = graph.regions[region].outputs
      let adopted = zip(outputs, file.regions[twin].outputs).map { adoptedTensor($0, $1) ?? $0 }
      graph.regions[region].outputs = adopted + outputs.dropFirst(adopted.count)
    }
  }

  private mutating func adoptedTensor(_ value: Value.ID?, _ twin: Value.ID?) -> Value.ID? {
    guard let value, let twin, let leaf = alignment.leaves.left[value], let other = alignment.leaves.right[twin],
      leaf.identity == other.identity, !namedInitializers.contains(value)
    else { return value }
    if let known = values[twin] { return known }
    let made: Value.ID
    switch other.source {
    case .initializer(let region, let index):
      guard let home = regions[region] else { return value }
      made = graph.values.append(copy(of: twin, defined: .initializer(home), at: value))
      var initializer = file.regions[region].initializers[index]
      initializer.value = made
      initializer.role = .constant
      graph.regions[home].initializers.append(initializer)
      if region == file.body { adoptedInitializers.append((file.values[twin].name, made)) }
    case .constant(let node):
      guard let home = regionsOfFileNodes[node].flatMap({ regions[$0] }) else { return value }
      var constant = file.nodes[node]
      made = graph.values.append(
        copy(of: twin, defined: .result(Node.ID(index: graph.nodes.count), index: 0), at: value))
      constant.outputs = [made]
      constant.origin = graph.values[value].origin
      let id = graph.nodes.append(constant)
      adopted.insert(id)
      placesOfMade[id] = places[node]
      graph.regions[home].nodes.append(id)
    }
    values[twin] = made
    return made
  }

  /// Where the Constants that were made stand in the file.
  private var placesOfMade: [Node.ID: Int] = [:]
  private lazy var regionsOfFileNodes = Self.regionsOfNodes(file)

  /// A value of the file, for the graph.
  private func copy(of twin: Value.ID, defined definition: Value.Definition, at value: Value.ID) -> Value {
    var copy = graph.values[value]
    copy.ruledName = file.values[twin].ruledName
    copy.annotations = file.values[twin].annotations
    copy.denotation = file.values[twin].denotation
    copy.definition = definition
    return copy
  }

  private mutating func removeUnusedConstants() {
    var used: Set<Value.ID> = []
    for region in graph.regions.indices {
      used.formUnion(graph.regions[region].outputs)
      for node in graph.regions[region].nodes { used.formUnion(graph.nodes[node].arguments.compactMap(\.self)) }
    }
    let made = Set(adoptedInitializers.map(\.value))
    for region in graph.regions.indices {
      graph.regions[region].nodes.removeAll { node in
        guard graph.nodes[node].constant != nil, !adopted.contains(node) else { return false }
        return graph.nodes[node].results.allSatisfy { $0.map { !used.contains($0) } ?? true }
      }
      graph.regions[region].initializers.removeAll { initializer in
        initializer.role == .constant && !used.contains(initializer.value)
          && !made.contains(initializer.value)
      }
    }
  }

  // MARK: Order

  /// Brings the nodes into the order of the file; one that is not the file's stands behind all that it uses.
  private mutating func orderNodes() {
    for region in regions.values {
      let nodes = graph.regions[region].nodes
      var keys: [Node.ID: (Int, Int)] = [:]
      for (index, node) in nodes.enumerated() {
        if adopted.contains(node), let place = placesOfMade[node] ?? alignment.nodes[node].flatMap({ places[$0] }) {
          keys[node] = (place, 0)
          continue
        }
        let behind = producers(of: node).compactMap { keys[$0] }.max { $0 < $1 } ?? (-1, 0)
        keys[node] = (behind.0, max(behind.1, index) + 1)
      }
      let wanted = nodes.sorted { keys[$0] ?? (0, 0) < keys[$1] ?? (0, 0) }
      graph.regions[region].nodes = graph.executionOrder(of: wanted).order
    }
  }

  /// The nodes whose results a node uses, in its subgraphs too.
  private func producers(of node: Node.ID) -> [Node.ID] {
    var producers: [Node.ID] = []
    graph.forEachUse(of: node) { value in
      if case .result(let producer, _) = graph.values[value].definition { producers.append(producer) }
    }
    return producers
  }

  private mutating func orderInitializers() {
    for (twin, region) in regions {
      var order: [Value.ID: Int] = [:]
      for (index, initializer) in file.regions[twin].initializers.enumerated() {
        if let value = values[initializer.value] { order[value] = index }
      }
      graph.regions[region].initializers = graph.regions[region].initializers.enumerated()
        .sorted { left, right in
          (order[left.element.value] ?? .max, left.offset) < (order[right.element.value] ?? .max, right.offset)
        }
        .map(\.element)
    }
  }

  // MARK: Recorded types

  private mutating func recordTypes() {
    for (twin, region) in regions {
      var recorded: [Value.ID] = []
      for (index, value) in file.regions[twin].valueInfo.enumerated() {
        guard let mine = values[value] ?? undefined(value) else { continue }
        let type = file.regions[twin].recordedTypes[value] ?? file.values[value].type
        guard isUnchanged(mine) || !type.contradicts(graph.values[mine].type) else { continue }
        graph.regions[region].otherRecords[recorded.count] = file.regions[twin].otherRecords[index]
        recorded.append(mine)
        graph.regions[region].recordedTypes[mine] = type
      }
      graph.regions[region].valueInfo = recorded
      for (index, output) in graph.regions[region].outputs.enumerated() where isUnchanged(output) {
        graph.regions[region].otherOutputs[index] = file.regions[twin].otherOutputs[index]
      }
      if region != graph.body {
        for (output, other) in zip(graph.regions[region].outputs, file.regions[twin].outputs) {
          guard values[other] == output, isUnchanged(output) else { continue }
          graph.values[output].type = file.values[other].type
        }
      }
      graph.regions[region].quantization = file.regions[twin].quantization.compactMap { annotation in
        guard let value = annotation.value else { return annotation }
        guard let mine = values[value] else { return nil }
        var annotation = annotation
        annotation.value = mine
        return annotation
      }
    }
  }

  /// A value of which the file says the type and nothing else.
  private mutating func undefined(_ value: Value.ID) -> Value.ID? {
    guard case .undefined = file.values[value].definition else { return nil }
    let made = graph.values.append(file.values[value])
    values[value] = made
    return made
  }

  /// Whether a value is computed as in the file.
  private func isUnchanged(_ value: Value.ID) -> Bool {
    guard case .result(let node, _) = graph.values[value].definition else { return true }
    return placesOfMade[node] != nil || alignment.isExact(node)
  }
}

extension Annotations {
  /// Takes over what these do not say: a doc, metadata of other keys, unknown fields and the rest.
  fileprivate mutating func complete(from file: Annotations) {
    guard !isEmpty else {
      self = file
      return
    }
    var completed = file
    if !doc.isEmpty { completed.doc = doc }
    let keys = Set(metadata.map(\.key))
    completed.metadata = file.metadata.filter { !keys.contains($0.key) } + metadata
    if !unknownFields.isEmpty { completed.unknownFields = unknownFields }
    if let statedKind { completed.statedKind = statedKind }
    self = completed
  }
}

extension Denotation {
  /// Whether it says more than sizes do.
  fileprivate var isStated: Bool { !type.isEmpty || !dimensions.isEmpty || isVerbatimFixed }
}
