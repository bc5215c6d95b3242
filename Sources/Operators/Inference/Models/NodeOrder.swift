package import Graphs

extension Graph {
  /// The nodes of a region so that each stands behind those whose results it needs, and those that cannot: they need
  /// each other.
  ///
  /// Files should have them in such an order already; then it is kept. Nodes of a cycle stand at the end, as the file has
  /// them. Complexity: linear in the region with its subgraphs.
  package func executionOrder(of id: Region.ID) -> (order: [Node.ID], cyclic: [Node.ID]) {
    let listed = regions[id].nodes
    if isOrdered(listed) { return (listed, []) }
    var places: [Int: Int] = [:]
    places.reserveCapacity(listed.count)
    for (place, node) in listed.enumerated() { places[node.index] = place }
    var dependencies: [[Int]] = []
    dependencies.reserveCapacity(listed.count)
    var isOrdered = true
    for (place, node) in listed.enumerated() {
      var needed: [Int] = []
      forEachUse(of: node) { value in
        guard case .result(let producer, _) = values[value].definition, let other = places[producer.index] else {
          return
        }
        needed.append(other)
        if other >= place { isOrdered = false }
      }
      dependencies.append(needed)
    }
    if isOrdered { return (listed, []) }
    return Self.sorted(listed, dependencies)
  }

  /// Whether each node uses only what nodes with lesser identifiers give, as it is where a file lists them in order.
  ///
  /// Subgraphs are left to the whole search.
  private func isOrdered(_ listed: [Node.ID]) -> Bool {
    var last = -1
    for node in listed {
      guard node.index > last, !nodes[node].attributes.contains(where: \.value.holdsRegions) else { return false }
      last = node.index
      for case let input? in nodes[node].arguments {
        if case .result(let producer, _) = values[input].definition, producer.index >= node.index { return false }
      }
    }
    return true
  }

  private static func sorted(_ nodes: [Node.ID], _ dependencies: [[Int]]) -> (order: [Node.ID], cyclic: [Node.ID]) {
    var waiting = dependencies.map(\.count)
    var users: [[Int]] = Array(repeating: [], count: nodes.count)
    for (place, needed) in dependencies.enumerated() {
      for other in needed { users[other].append(place) }
    }
    var order: [Int] = nodes.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for user in users[order[next]] {
        waiting[user] -= 1
        if waiting[user] == 0 { order.append(user) }
      }
      next += 1
    }
    let cyclic = nodes.indices.filter { waiting[$0] > 0 }
    return ((order + cyclic).map { nodes[$0] }, cyclic.map { nodes[$0] })
  }
}
