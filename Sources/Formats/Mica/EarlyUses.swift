import Graphs

extension Graph {
  /// The results of nodes that others in a list use before they are there.
  func earlyUses(of nodes: [Node.ID]) -> [Value.ID] {
    let places = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
    var early: [Value.ID] = []
    var seen: Set<Value.ID> = []
    for (place, node) in nodes.enumerated() {
      forEachUse(of: node) { value in
        guard case .result(let maker, _) = values[value].definition, let other = places[maker], other >= place,
          seen.insert(value).inserted
        else { return }
        early.append(value)
      }
    }
    return early
  }
}
