// What an edit leaves alone, among nodes that are alike.

extension GraphAlignment {
  /// As many pairs of nodes are compared in a gap.
  private static let gapLimit = 1 << 22

  /// Pairs what an edit did not touch: it computes what it did, or is used as it was.
  ///
  /// Between several edits, what is called decides: nodes that paired ones are given in the same places, then the longest
  /// common sequence of the calls behind a node that is paired already, then calls that there are once.
  mutating func pairUntouched(_ left: Graph, _ right: Graph) {
    let uses = (
      left: UseHashes(left, leaves: leaves.left, implied: implied),
      right: UseHashes(right, leaves: leaves.right, implied: implied)
    )
    let homes = (left: left.regionsOfNodes, right: right.regionsOfNodes)
    let computations = (left: hashes.left.nodes, right: hashes.right.nodes)
    func both(_ computations: [Int], _ uses: [Int]) -> [[Int]] { zip(computations, uses).map { [$0, $1] } }
    pairEqual(both(computations.left, uses.left.nodes), both(computations.right, uses.right.nodes), left, right, homes)
    pairEither(
      alone(computations.left, computations.right, homes), alone(uses.left.nodes, uses.right.nodes, homes), left, right,
      homes)
    followCalls(left, right, homes, uses)
    pairGaps(left, right, uses)
    for (node, twin) in alone(uses.left.calls, uses.right.calls, homes) { take(node, twin, left, right) }
    followCalls(left, right, homes, uses)
  }

  private typealias Homes = (left: [Node.ID: Region.ID], right: [Node.ID: Region.ID])

  /// Pairs nodes of equal keys in the same regions, in order.
  private mutating func pairEqual<Key: Hashable>(
    _ keys: [Key], _ otherKeys: [Key], _ left: Graph, _ right: Graph, _ homes: Homes
  ) {
    var others: [Key: [Node.ID]] = [:]
    for node in right.nodes.indices.reversed() where !taken.contains(node) {
      others[otherKeys[node.index], default: []].append(node)
    }
    for node in left.nodes.indices where nodes[node] == nil {
      let key = keys[node.index]
      guard let twin = others[key]?.last, isPossible(node, twin, homes) else { continue }
      others[key]?.removeLast()
      take(node, twin, left, right)
    }
  }

  /// The free nodes of both graphs that alone have a key, in order.
  private func alone(_ keys: [Int], _ otherKeys: [Int], _ homes: Homes) -> [(node: Node.ID, twin: Node.ID)] {
    func sole(_ keys: [Int], _ isFree: (Node.ID) -> Bool) -> [Int: Node.ID?] {
      var sole: [Int: Node.ID?] = [:]
      for index in keys.indices where isFree(Node.ID(index: index)) {
        sole[keys[index]] = sole.keys.contains(keys[index]) ? .some(nil) : Node.ID(index: index)
      }
      return sole
    }
    let others = sole(otherKeys) { !taken.contains($0) }
    let pairs = sole(keys) { nodes[$0] == nil }.compactMap { key, node in
      if let node, let twin = others[key] ?? nil, isPossible(node, twin, homes) { (node, twin) } else { nil }
    }
    return pairs.sorted { $0.0 < $1.0 }
  }

  /// Pairs nodes that compute the same or are used in the same way.
  ///
  /// Where that is not the same node, as at the end of a run that went and began like what stands behind it, the one goes first
  /// of whose module the most is there. Where that says nothing, what is computed from the result of a node with stored
  /// tensors stays with it, and the rest goes with what it is used for.
  private mutating func pairEither(
    _ computed: [(node: Node.ID, twin: Node.ID)], _ used: [(node: Node.ID, twin: Node.ID)], _ left: Graph,
    _ right: Graph, _ homes: Homes
  ) {
    struct Claim {
      var node: Node.ID
      var twin: Node.ID
      var isComputed: Bool
      var share = 0.0
    }
    var claims: [Node.ID: Node.ID] = [:]
    var counts: [Node.ID: Int] = [:]
    for (node, twin) in computed {
      claims[node] = twin
      counts[twin, default: 0] += 1
    }
    let agreed = Set(used.filter { claims[$0.node] == $0.twin }.map(\.node))
    for (_, twin) in used { counts[twin, default: 0] += 1 }
    let both = Set(computed.map(\.node)).intersection(used.map(\.node)).subtracting(agreed)
    var contested: [Claim] = []
    for (pairs, isComputed) in [(computed, true), (used, false)] {
      for (node, twin) in pairs {
        if agreed.contains(node) || !both.contains(node) && counts[twin] == 1 {
          if isPossible(node, twin, homes) { take(node, twin, left, right) }
        } else {
          contested.append(Claim(node: node, twin: twin, isComputed: isComputed))
        }
      }
    }
    guard !contested.isEmpty else { return }
    let modules = ModuleShares(right, paired: taken)
    for index in contested.indices { contested[index].share = modules.share(of: right.nodes[contested[index].twin]) }
    func rank(_ claim: Claim) -> Int {
      guard !anchored.isEmpty else { return claim.isComputed ? 0 : 1 }
      let isBehind = left.nodes[claim.node].arguments.contains { value in
        guard let value, case .result(let producer, _) = left.values[value].definition else { return false }
        return anchored.contains(producer)
      }
      return claim.isComputed == isBehind ? 0 : 1
    }
    let order = contested.map { ($0, rank($0)) }.sorted {
      ($1.0.share, $0.1, $0.0.node.index) < ($0.0.share, $1.1, $1.0.node.index)
    }
    for (claim, _) in order where isPossible(claim.node, claim.twin, homes) {
      take(claim.node, claim.twin, left, right)
    }
  }

  /// Whether nodes are free, and stand in regions that go together.
  private func isPossible(_ node: Node.ID, _ twin: Node.ID, _ homes: Homes) -> Bool {
    guard nodes[node] == nil, !taken.contains(twin), let home = homes.left[node] else { return false }
    return regions[home] == homes.right[twin]
  }

  /// Pairs equal calls whose results paired nodes are given in the same places, and so on.
  private mutating func followCalls(
    _ left: Graph, _ right: Graph, _ homes: Homes, _ uses: (left: UseHashes, right: UseHashes)
  ) {
    var work = nodes.keys.sorted()
    while let node = work.popLast() {
      guard let twin = nodes[node] else { continue }
      for (value, other) in zip(left.nodes[node].arguments, right.nodes[twin].arguments) {
        guard let value, let other, case .result(let a, let index) = left.values[value].definition,
          case .result(let b, let place) = right.values[other].definition, index == place,
          uses.left.calls[a.index] == uses.right.calls[b.index], isPossible(a, b, homes)
        else { continue }
        take(a, b, left, right)
        work.append(a)
      }
    }
  }

  // MARK: Gaps

  /// Pairs what is called in the same order behind the same node.
  private mutating func pairGaps(_ left: Graph, _ right: Graph, _ uses: (left: UseHashes, right: UseHashes)) {
    for (region, twin) in regions.sorted(by: { $0.key < $1.key }) {
      let others = gaps(right.regions[twin].nodes) { taken.contains($0) ? $0 : nil }
      for (start, gap) in gaps(left.regions[region].nodes, twin: { nodes[$0] }) {
        guard let other = others[start] else { continue }
        let pairs = Self.commonSequence(
          gap.map { uses.left.calls[$0.index] }, other.map { uses.right.calls[$0.index] })
        for (index, place) in pairs { take(gap[index], other[place], left, right) }
      }
    }
  }

  /// The runs of nodes that are not paired, by the twin of the node before them.
  private func gaps(_ order: [Node.ID], twin: (Node.ID) -> Node.ID?) -> [Node.ID?: [Node.ID]] {
    var gaps: [Node.ID?: [Node.ID]] = [:]
    var start: Node.ID?
    for node in order {
      if let twin = twin(node) { start = twin } else { gaps[start, default: []].append(node) }
    }
    return gaps
  }

  /// The places of a longest sequence that two lists have in common; none where that would take too long.
  private static func commonSequence(_ mine: [Int], _ others: [Int]) -> [(Int, Int)] {
    guard !mine.isEmpty, !others.isEmpty, mine.count <= gapLimit / others.count else { return [] }
    let width = others.count + 1
    // The lengths for what is left of both lists.
    var lengths = [Int32](repeating: 0, count: (mine.count + 1) * width)
    for i in mine.indices.reversed() {
      for j in others.indices.reversed() {
        lengths[i * width + j] =
          mine[i] == others[j]
          ? lengths[(i + 1) * width + j + 1] + 1 : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
      }
    }
    var pairs: [(Int, Int)] = []
    var (i, j) = (0, 0)
    while i < mine.count, j < others.count {
      if mine[i] == others[j] {
        pairs.append((i, j))
        (i, j) = (i + 1, j + 1)
      } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return pairs
  }
}

/// How much of each module that a file's names tell is paired.
private struct ModuleShares {
  private var counts: [Substring: (paired: Int, all: Int)] = [:]

  init(_ graph: Graph, paired: Set<Node.ID>) {
    for node in graph.nodes.indices {
      var module = graph.nodes[node].module
      while let path = module, !path.isEmpty {
        counts[path, default: (0, 0)].all += 1
        if paired.contains(node) { counts[path]?.paired += 1 }
        module = path.lastIndex(of: "/").map { path[..<$0] }
      }
    }
  }

  func share(of node: Node) -> Double {
    guard let module = node.module, let count = counts[module] else { return 0 }
    return Double(count.paired) / Double(count.all)
  }
}

extension Graph {
  fileprivate var regionsOfNodes: [Node.ID: Region.ID] {
    var homes: [Node.ID: Region.ID] = [:]
    for region in regions.indices { for node in regions[region].nodes { homes[node] = region } }
    return homes
  }
}
