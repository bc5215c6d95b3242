import Tensors

/// What each value of a graph is computed from, as a number: equal for equal computations of equal inputs and tensors.
///
/// Names count for the inputs of the graph alone. Nodes are taken in the order of the file, which ONNX wants to be one in
/// which they can run; a value that is used before is not told from others like it.
package struct StructureHashes: Sendable {
  package private(set) var values: [Int]
  package private(set) var nodes: [Int]

  private let implied: ImpliedAttributes

  /// - Parameters:
  ///   - implied: attributes that make no difference.
  ///   - inputNames: names that inputs of the body go by in place of their own.
  package init(
    _ graph: Graph, leaves: LeafTensors, implied: ImpliedAttributes = .none, inputNames: [Value.ID: String] = [:]
  ) {
    self.implied = implied
    values = Array(repeating: 0, count: graph.values.count)
    nodes = Array(repeating: 0, count: graph.nodes.count)
    for region in graph.regions.indices {
      for initializer in graph.regions[region].initializers {
        if let leaf = leaves[initializer.value] { values[initializer.value.index] = leaf.identity }
      }
    }
    for input in graph.regions[graph.body].inputs {
      var hasher = Hasher()
      hasher.combine(inputNames[input] ?? graph.values[input].name)
      values[input.index] = hasher.finalize()
    }
    add(graph.body, of: graph, leaves, depth: 0)
  }

  package subscript(value: Value.ID) -> Int { values[value.index] }
  package subscript(node: Node.ID) -> Int { nodes[node.index] }

  private mutating func add(_ region: Region.ID, of graph: Graph, _ leaves: LeafTensors, depth: Int) {
    for id in graph.regions[region].nodes {
      let node = graph.nodes[id]
      var hasher = Hasher()
      hasher.combine(node.callee.domain)
      hasher.combine(node.callee.operatorType)
      hasher.combine(node.callee.overload)
      for argument in node.arguments { hasher.combine(argument.map { values[$0.index] } ?? 1) }
      var attributes: [(name: String, hash: Int)] = []
      for attribute in node.attributes where !implied.contains(attribute, of: node, leaves) {
        attributes.append((attribute.name, hash(of: attribute.value, of: graph, leaves, depth: depth)))
      }
      for (name, hash) in attributes.sorted(by: { $0.name < $1.name }) {
        hasher.combine(name)
        hasher.combine(hash)
      }
      let hash = hasher.finalize()
      nodes[id.index] = hash
      for (index, output) in node.results.enumerated() {
        guard let output else { continue }
        var hasher = Hasher()
        hasher.combine(hash)
        hasher.combine(index)
        values[output.index] = leaves[output]?.identity ?? hasher.finalize()
      }
    }
  }

  private mutating func hash(
    of value: Attribute.Value, of graph: Graph, _ leaves: LeafTensors, depth: Int
  ) -> Int {
    var hasher = Hasher()
    value.hash(into: &hasher) { region, hasher in
      hasher.combine(self.hash(of: region, of: graph, leaves, depth: depth + 1))
    }
    return hasher.finalize()
  }

  private mutating func hash(of id: Region.ID, of graph: Graph, _ leaves: LeafTensors, depth: Int) -> Int {
    let region = graph.regions[id]
    for (index, input) in region.inputs.enumerated() {
      var hasher = Hasher()
      hasher.combine(depth)
      hasher.combine(index)
      values[input.index] = hasher.finalize()
    }
    add(id, of: graph, leaves, depth: depth)
    var hasher = Hasher()
    hasher.combine(region.inputs.count)
    for output in region.outputs { hasher.combine(values[output.index]) }
    return hasher.finalize()
  }
}

extension Attribute.Value {
  /// Feeds a hash with what the attribute says, tensors by their identity.
  ///
  /// - Parameter region: feeds it with a subgraph.
  func hash(into hasher: inout Hasher, region: (Region.ID, inout Hasher) -> Void) {
    hasher.combine(kindNumber)
    switch self {
    case .float(let value): hasher.combine(value.bitPattern)
    case .int(let value): hasher.combine(value)
    case .string(let bytes): hasher.combine(bytes)
    case .floats(let values): hasher.combine(values.map(\.bitPattern))
    case .ints(let values): hasher.combine(values)
    case .strings(let values): hasher.combine(values)
    case .tensor(let named): hasher.combine(named.tensor.identity)
    case .tensors(let tensors): hasher.combine(tensors.map(\.tensor.identity))
    case .type(let type): hasher.combine(type)
    case .types(let types): hasher.combine(types)
    case .sparseTensor(let tensor): hasher.combine(tensor.identity)
    case .sparseTensors(let tensors): hasher.combine(tensors.map(\.identity))
    case .reference(let name, _): hasher.combine(name)
    case .graph(let id): region(id, &hasher)
    case .graphs(let ids): for id in ids { region(id, &hasher) }
    }
  }
}

extension Tensor {
  /// As long a mapped tensor is known by its elements, and a longer one by its place.
  private static let contentLimit = 4_096

  /// A number that is equal for tensors of equal elements; where they are long, of the same place in a file.
  package var identity: Int { identity(contentLimit: Self.contentLimit) }

  /// - Parameter contentLimit: as many bytes of a mapped tensor are read; a longer one is known by its place.
  package func identity(contentLimit: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(element)
    hasher.combine(sizes)
    switch storage {
    case .mapped(let file, let range) where range.count > contentLimit:
      hasher.combine(file.path)
      hasher.combine(range)
    case .mapped, .bytes, .computed:
      forEachChunk { hasher.combine(bytes: $0) }
    case .strings(let strings): hasher.combine(strings)
    case .generated(let initialization, let seed):
      hasher.combine(initialization)
      hasher.combine(seed)
    }
    return hasher.finalize()
  }
}

extension SparseTensor {
  fileprivate var identity: Int {
    var hasher = Hasher()
    hasher.combine(values.tensor.identity)
    hasher.combine(indices.tensor.identity)
    hasher.combine(sizes)
    return hasher.finalize()
  }
}
