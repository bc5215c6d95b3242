extension Graph {
  /// The nodes of a region in an order in which they can run; see `executionOrder(of:)` of a list.
  package func executionOrder(of region: Region.ID) -> (order: [Node.ID], cyclic: [Node.ID]) {
    executionOrder(of: regions[region].nodes)
  }

  /// Nodes so that each stands behind those whose results it needs, and those that cannot: they need each other.
  ///
  /// The order of the list is kept where it is one, as files should have it already, and departed from only where it must
  /// be: what a node needs comes right before it. Nodes of a cycle, and what needs them, stand at the end as they are listed.
  /// Complexity: linear in the nodes with their subgraphs.
  package func executionOrder(of listed: [Node.ID]) -> (order: [Node.ID], cyclic: [Node.ID]) {
    if isOrdered(listed) { return (listed, []) }
    var places: [Int: Int] = [:]
    places.reserveCapacity(listed.count)
    for (place, node) in listed.enumerated() { places[node.index] = place }
    var needed: [[Int]] = []
    needed.reserveCapacity(listed.count)
    var isOrdered = true
    for (place, node) in listed.enumerated() {
      var makers: [Int] = []
      forEachUse(of: node) { value in
        guard case .result(let maker, _) = values[value].definition, let other = places[maker.index] else { return }
        makers.append(other)
        if other >= place { isOrdered = false }
      }
      needed.append(makers)
    }
    if isOrdered { return (listed, []) }
    let canRun = Self.runnable(needed)
    let order = Self.order(needed, among: canRun) + listed.indices.filter { !canRun[$0] }
    return (order.map { listed[$0] }, listed.indices.filter { !canRun[$0] }.map { listed[$0] })
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

  /// Which places can be reached when each waits for those that it needs.
  private static func runnable(_ needed: [[Int]]) -> [Bool] {
    var waiting = needed.map(\.count)
    var users: [[Int]] = Array(repeating: [], count: needed.count)
    for (place, makers) in needed.enumerated() {
      for maker in makers { users[maker].append(place) }
    }
    var ready = needed.indices.filter { waiting[$0] == 0 }
    while let place = ready.popLast() {
      for user in users[place] {
        waiting[user] -= 1
        if waiting[user] == 0 { ready.append(user) }
      }
    }
    return waiting.map { $0 == 0 }
  }

  /// The places that can run, each right behind what it needs where that has not come before.
  private static func order(_ needed: [[Int]], among canRun: [Bool]) -> [Int] {
    var order: [Int] = []
    var isPlaced = Array(repeating: false, count: needed.count)
    for start in needed.indices where canRun[start] && !isPlaced[start] {
      // A walk with a stack of its own: chains of nodes are as long as files are.
      var stack = [(place: start, next: 0)]
      while let (place, next) = stack.last {
        if next < needed[place].count {
          stack[stack.count - 1].next += 1
          if !isPlaced[needed[place][next]] { stack.append((needed[place][next], 0)) }
        } else {
          stack.removeLast()
          if !isPlaced[place] {
            isPlaced[place] = true
            order.append(place)
          }
        }
      }
    }
    return order
  }
}
