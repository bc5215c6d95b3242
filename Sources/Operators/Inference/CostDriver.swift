package import Graphs
package import Tensors

extension Catalogue {
  /// What one execution of a node takes; `nil` where nothing is known of the operator: the node is uncounted.
  ///
  /// Subgraphs are not entered: how often they run is their caller's affair.
  package static func cost(of node: Node.ID, in graph: Graph, opsets: [String: Int]) -> Cost? {
    let node = graph.nodes[node]
    let domain = canonical(node.domain)
    guard let rule = rules(domain: domain, name: node.operatorType)?.cost,
      let opset = opsets[domain] ?? newestOpset(domain: domain),
      let schema = schema(domain: domain, name: node.operatorType, opset: opset)
    else { return nil }
    return rule(
      CostContext(
        schema: schema, inputs: node.inputs.map { $0.map { graph.values[$0].type } },
        outputs: node.outputs.map { $0.map { graph.values[$0].type } }, attributes: node.attributes))
  }
}

extension Catalogue {
  /// The bytes that one execution of a node reads and writes: those of its arguments and results, as if each were in
  /// memory and nothing stayed in a cache; unknown where a size or an element type is, or an element has no fixed width.
  package static func movedBytes(of node: Node.ID, in graph: Graph) -> Dimension {
    let values = graph.nodes[node].inputs + graph.nodes[node].outputs
    return values.reduce(0) { total, value in
      guard let value else { return total }
      let type = graph.values[value].type
      guard let count = type.shape?.elementCount, let width = type.element?.bitWidth else { return .unknown }
      return total + (count * Dimension(width)).ceilDivided(by: 8)
    }
  }
}
