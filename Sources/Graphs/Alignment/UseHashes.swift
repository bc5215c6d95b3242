/// What each node calls, and what becomes of its results, as numbers: the other side of `StructureHashes`.
///
/// Behind an edit computations differ, and before it uses do; a node that an edit does not touch has one of the two.
package struct UseHashes: Sendable {
  /// Equal for calls of one operator with equal attributes and stored tensors, whatever else they are given.
  package private(set) var calls: [Int]
  /// Equal for equal calls whose results go, down to the outputs of the graph, through equal calls in the same places.
  private(set) var nodes: [Int]
  /// The sums of what uses the values.
  private var values: [Int]

  package init(_ graph: Graph, leaves: LeafTensors, implied: ImpliedAttributes) {
    calls = Array(repeating: 0, count: graph.nodes.count)
    nodes = calls
    values = Array(repeating: 0, count: graph.values.count)
    add(graph.body, usedBy: 0, of: graph, leaves, implied)
  }

  /// Takes the nodes in the opposite order of the file, so that users come first.
  private mutating func add(
    _ id: Region.ID, usedBy user: Int, of graph: Graph, _ leaves: LeafTensors, _ implied: ImpliedAttributes
  ) {
    let region = graph.regions[id]
    for (index, output) in region.outputs.enumerated() { use(output, by: user, at: index) }
    for id in region.nodes.reversed() {
      let node = graph.nodes[id]
      let call = Self.call(node, leaves, implied)
      var hasher = Hasher()
      hasher.combine(call)
      for result in node.results { hasher.combine(result.map { values[$0.index] } ?? 0) }
      let hash = hasher.finalize()
      calls[id.index] = call
      nodes[id.index] = hash
      for (index, argument) in node.arguments.enumerated() {
        if let argument { use(argument, by: hash, at: index) }
      }
      for attribute in node.attributes {
        for (index, region) in attribute.value.regions.enumerated() {
          var hasher = Hasher()
          hasher.combine(hash)
          hasher.combine(attribute.name)
          hasher.combine(index)
          add(region, usedBy: hasher.finalize(), of: graph, leaves, implied)
        }
      }
    }
  }

  private mutating func use(_ value: Value.ID, by user: Int, at index: Int) {
    var hasher = Hasher()
    hasher.combine(user)
    hasher.combine(index)
    values[value.index] &+= hasher.finalize()
  }

  private static func call(_ node: Node, _ leaves: LeafTensors, _ implied: ImpliedAttributes) -> Int {
    var hasher = Hasher()
    hasher.combine(node.callee.domain)
    hasher.combine(node.callee.operatorType)
    hasher.combine(node.callee.overload)
    for argument in node.arguments { hasher.combine(argument.flatMap { leaves[$0]?.identity }) }
    var attributes: [(name: String, hash: Int)] = []
    for attribute in node.attributes where !implied.contains(attribute, of: node, leaves) {
      var hasher = Hasher()
      attribute.value.hash(into: &hasher) { _, hasher in hasher.combine(true) }
      attributes.append((attribute.name, hasher.finalize()))
    }
    for (name, hash) in attributes.sorted(by: { $0.name < $1.name }) {
      hasher.combine(name)
      hasher.combine(hash)
    }
    return hasher.finalize()
  }
}
