extension Graph {
  /// Passes every value that a node uses, those that its subgraphs use included.
  package func forEachUse(of node: Node.ID, _ body: (Value.ID) -> Void) {
    for case let input? in nodes[node].arguments { body(input) }
    guard nodes[node].attributes.contains(where: { !$0.value.regions.isEmpty }) else { return }
    var open = nodes[node].attributes.flatMap(\.value.regions)
    while let region = open.popLast() {
      for output in regions[region].outputs { body(output) }
      for inner in regions[region].nodes {
        for case let input? in nodes[inner].arguments { body(input) }
        open += nodes[inner].attributes.flatMap(\.value.regions)
      }
    }
  }
}
