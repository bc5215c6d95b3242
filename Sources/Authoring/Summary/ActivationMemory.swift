import Graphs
import Tensors

/// The memory that the values of a run take, weights apart.
struct ActivationMemory {
  /// The most bytes alive at one time.
  ///
  /// Nodes run in the order of the graph; a value lives from the node that makes it, or from the start for an input,
  /// to its last use, or to the end for an output. Subgraphs count as part of their owner.
  private(set) var peak = 0

  /// - Parameter sizes: values for the symbols in shapes.
  init(_ graph: Graph, sizes: [String: Int]) {
    let body = graph.regions[graph.body]
    var lastUse: [Value.ID: Int] = [:]
    for (position, node) in body.nodes.enumerated() {
      for value in Self.uses(of: node, in: graph) { lastUse[value] = position }
    }
    for output in body.outputs { lastUse[output] = body.nodes.count }
    let weights = Set(body.initializers.map(\.value))
    func bytes(_ value: Value.ID) -> Int {
      weights.contains(value) ? 0 : graph.byteCount(of: value, sizes: sizes)
    }
    var expiring: [Int: [Value.ID]] = [:]
    for (value, position) in lastUse { expiring[position, default: []].append(value) }
    var alive = Set(body.inputs)
    var current = 0
    for input in body.inputs { current.add(bytes(input)) }
    peak = current
    for (position, node) in body.nodes.enumerated() {
      for output in graph.nodes[node].outputs.compactMap(\.self) where alive.insert(output).inserted {
        current.add(bytes(output))
      }
      peak = max(peak, current)
      let dead = (expiring[position] ?? []) + graph.nodes[node].outputs.compactMap(\.self).filter { lastUse[$0] == nil }
      for value in dead where alive.remove(value) != nil { current = max(0, current - bytes(value)) }
    }
  }

  /// The values that a node uses, in its subgraphs too.
  private static func uses(of node: Node.ID, in graph: Graph) -> [Value.ID] {
    var uses = graph.nodes[node].inputs.compactMap(\.self)
    for attribute in graph.nodes[node].attributes {
      guard case .graph(let region) = attribute.value else { continue }
      uses += graph.regions[region].outputs
      for inner in graph.regions[region].nodes { uses += Self.uses(of: inner, in: graph) }
    }
    return uses
  }
}

extension Graph {
  /// The bytes of a value where its symbols have these sizes; 0 where its type does not tell.
  func byteCount(of value: Value.ID, sizes: [String: Int]) -> Int {
    guard let tensor = values[value].type.tensor, let count = tensor.shape?.elementCount.evaluated(sizes) else {
      return 0
    }
    return tensor.element?.byteCount(of: count) ?? 0
  }
}
