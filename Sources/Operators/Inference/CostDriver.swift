package import Graphs
import Tensors

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
