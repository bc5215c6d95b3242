import Graphs

extension Graph {
  /// The nodes of a region in an order in which each stands behind those whose results it uses.
  ///
  /// That is the order of the file where this is one, and otherwise departs from it only where it must; nodes that
  /// need each other's results come last.
  func runningOrder(of region: Region.ID) -> [Node.ID] {
    let nodes = regions[region].nodes
    let places = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
    var needed: [[Int]] = []
    var isInOrder = true
    for (place, node) in nodes.enumerated() {
      let makers = makers(of: node, among: places)
      if makers.contains(where: { $0 >= place }) { isInOrder = false }
      needed.append(makers)
    }
    if isInOrder { return nodes }
    var order: [Int] = []
    var placed = Array(repeating: false, count: nodes.count)
    // A walk with a stack of its own: chains of nodes are as long as files are.
    var isOpen = placed
    for start in nodes.indices where !placed[start] {
      var stack = [(place: start, next: 0)]
      isOpen[start] = true
      while let top = stack.last {
        if top.next < needed[top.place].count {
          stack[stack.count - 1].next += 1
          let maker = needed[top.place][top.next]
          if !placed[maker], !isOpen[maker] {
            isOpen[maker] = true
            stack.append((maker, 0))
          }
        } else {
          stack.removeLast()
          placed[top.place] = true
          order.append(top.place)
        }
      }
    }
    return order.map { nodes[$0] }
  }

  /// The results of nodes that others in a list use before they are there.
  func earlyUses(of nodes: [Node.ID]) -> [Value.ID] {
    let places = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
    var early: [Value.ID] = []
    var seen: Set<Value.ID> = []
    for (place, node) in nodes.enumerated() {
      for (value, maker) in uses(of: node, among: places) where maker >= place && seen.insert(value).inserted {
        early.append(value)
      }
    }
    return early
  }

  /// The places of the nodes that make what a node uses, itself or in its subgraphs.
  private func makers(of node: Node.ID, among places: [Node.ID: Int]) -> [Int] {
    uses(of: node, among: places).map(\.maker)
  }

  /// What a node uses, itself or in its subgraphs, with the places of the nodes that make it.
  private func uses(of node: Node.ID, among places: [Node.ID: Int]) -> [(value: Value.ID, maker: Int)] {
    var uses: [(value: Value.ID, maker: Int)] = []
    func use(_ value: Value.ID?) {
      guard let value, case .result(let maker, _) = values[value].definition, let place = places[maker] else { return }
      uses.append((value, place))
    }
    for input in nodes[node].arguments { use(input) }
    var open = nodes[node].attributes.flatMap(\.value.regions)
    while let region = open.popLast() {
      for output in regions[region].outputs { use(output) }
      for node in regions[region].nodes {
        for input in nodes[node].arguments { use(input) }
        open += nodes[node].attributes.flatMap(\.value.regions)
      }
    }
    return uses
  }
}
