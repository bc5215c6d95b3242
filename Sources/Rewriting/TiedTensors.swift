import Graphs
import Tensors

extension Rewriter {
  /// A tensor of fewer bytes stays in its subgraph.
  private static let sharedBytes = 1024

  /// Makes equal tensors one: that of the body, where large ones of subgraphs go too.
  mutating func mergeTensors() {
    var groups: [Int: [Initializer]] = [:]
    var open = [graph.body]
    while let id = open.popLast() {
      for initializer in graph.regions[id].initializers where stored[initializer.value] != nil {
        guard outputUses[initializer.value.index] == 0, isUsed(initializer.value),
          let count = initializer.tensor.byteCount, id == graph.body || count >= Self.sharedBytes
        else { continue }
        groups[count, default: []].append(initializer)
      }
      for node in graph.regions[id].nodes { open += graph.nodes[node].attributes.flatMap(\.value.regions) }
    }
    for (bytes, group) in groups.sorted(by: { $0.key < $1.key }) where group.count > 1 {
      var seen: [Int: [Initializer]] = [:]
      for initializer in group {
        let hash = initializer.tensor.identity(contentLimit: .max)
        guard let twin = seen[hash]?.first(where: { $0.tensor.hasSameElements(as: initializer.tensor) }) else {
          seen[hash, default: []].append(initializer)
          continue
        }
        tie(initializer.value, to: twin.value)
        tell("tied", "tensors", bytes >= Self.sharedBytes ? "of equal numbers" : "of few equal numbers")
      }
    }
  }

  private mutating func tie(_ old: Value.ID, to new: Value.ID) {
    moveToBody(new)
    if isCapturedAmbiguously(old, as: new) { makeUnique(new) }
    for node in Set(users[old.index]) {
      setInputs(graph.nodes[node].inputs.map { $0 == old ? new : $0 }, of: node)
    }
  }

  /// Moves a stored tensor out of a subgraph.
  private mutating func moveToBody(_ value: Value.ID) {
    guard case .initializer(let region) = graph.values[value].definition, region != graph.body,
      let place = graph.regions[region].initializers.firstIndex(where: { $0.value == value })
    else { return }
    graph.regions[graph.body].initializers.append(graph.regions[region].initializers.remove(at: place))
    graph.values[value].definition = .initializer(graph.body)
    makeUnique(value)
  }
}
