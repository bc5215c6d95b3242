import Graphs
import Operators
import Tensors

extension Rewriter {
  /// Tries rules on every node, subgraphs after the nodes before them; on a node until none applies.
  mutating func apply(_ rules: [RewriteRule]) {
    var seen = CommonSubexpressions()
    apply(rules, to: graph.body, &seen)
  }

  private mutating func apply(_ rules: [RewriteRule], to region: Region.ID, _ seen: inout CommonSubexpressions) {
    for node in graph.regions[region].nodes {
      var rounds = 0
      while places[node.index] != nil, rounds < 20,
        let rule = rules.first(where: { $0.matches(graph.nodes[node]) && $0.apply(&self, node) })
      {
        _ = rule
        rounds += 1
      }
      if places[node.index] != nil { merge(node, in: region, &seen) }
      if places[node.index] != nil { mergeElements(node, in: region, &seen) }
      guard places[node.index] != nil else { continue }
      for inner in graph.nodes[node].attributes.flatMap(\.value.regions) {
        var inside = CommonSubexpressions()
        apply(rules, to: inner, &inside)
      }
    }
  }

  /// Removes nodes whose results nobody needs.
  mutating func removeDeadNodes() {
    var open = [graph.body]
    while let region = open.popLast() {
      for node in graph.regions[region].nodes.reversed() where places[node.index] != nil {
        let name = graph.nodes[node].operatorType
        if removeIfDead(node) { tell("removed", name, "that nothing takes") }
      }
      for node in graph.regions[region].nodes where places[node.index] != nil {
        open += graph.nodes[node].attributes.flatMap(\.value.regions)
      }
    }
  }
}
