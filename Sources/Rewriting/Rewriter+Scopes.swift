package import Graphs

extension Rewriter {
  /// The region that a value is defined in.
  package func region(of value: Value.ID) -> Region.ID? {
    switch graph.values[value].definition {
    case .input(let region, _), .initializer(let region): region
    case .result(let node, _): places[node.index]
    case .undefined: nil
    }
  }

  /// Whether a subgraph that takes `old` could mean something else by the name of `new`.
  func isCapturedAmbiguously(_ old: Value.ID, as new: Value.ID) -> Bool {
    let name = graph.values[new].name
    guard names[name, default: 0] > 1 || name.isEmpty else { return false }
    let home = region(of: new)
    return users[old.index].contains { places[$0.index] != home }
  }

  /// `name`, or where a value has it, one like it that none has.
  package mutating func uniqueName(_ name: String) -> String {
    names[name, default: 0] == 0 ? name : freshName(like: name)
  }

  /// A name that no value has yet.
  package mutating func freshName(like name: String) -> String {
    var number = 1
    while true {
      let candidate = "\(name)_\(number)"
      if names[candidate, default: 0] == 0 { return candidate }
      number += 1
    }
  }

  /// Puts the nodes and tensors of a subgraph without inputs in the place of the node that it belongs to.
  ///
  /// The results of the node are then identities of what the subgraph gives.
  mutating func inline(_ inner: Region.ID, of node: Node.ID) {
    guard let outer = places[node.index], let place = graph.regions[outer].nodes.firstIndex(of: node) else { return }
    let region = graph.regions[inner]
    for initializer in region.initializers {
      graph.values[initializer.value].definition = .initializer(outer)
      makeUnique(initializer.value)
    }
    for sparse in region.sparseInitializers {
      graph.values[sparse.value].definition = .initializer(outer)
      makeUnique(sparse.value)
    }
    let moved = region.nodes.filter { places[$0.index] != nil }
    for node in moved {
      places[node.index] = outer
      for case let value? in graph.nodes[node].results { makeUnique(value) }
    }
    graph.regions[outer].initializers += region.initializers
    graph.regions[outer].sparseInitializers += region.sparseInitializers
    graph.regions[outer].valueInfo += region.valueInfo
    graph.regions[outer].quantization += region.quantization
    graph.regions[outer].nodes.insert(contentsOf: moved, at: place)
    var results: [(Value.ID, Value.ID)] = []
    for (index, output) in region.outputs.enumerated() {
      outputUses[output.index] -= 1
      if let result = self.output(node, index) { results.append((result, output)) }
    }
    graph.regions[inner] = Region(owner: node)
    graph.nodes[node].outputs = []
    for (result, output) in results {
      insert(Node("Identity", inputs: [output], outputs: [result]), before: node)
    }
    removeIfDead(node)
  }

  /// Gives a value another name where any other has its own.
  mutating func makeUnique(_ value: Value.ID) {
    let name = graph.values[value].name
    guard names[name, default: 0] > 1 else { return }
    names[name, default: 1] -= 1
    let fresh = freshName(like: name)
    graph.values[value].name = fresh
    names[fresh, default: 0] += 1
  }
}
