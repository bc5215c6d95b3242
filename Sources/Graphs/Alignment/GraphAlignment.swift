import Tensors

/// Which nodes of one graph are those of another, an edit of it perhaps.
///
/// First, from the outputs inwards, whatever computes the same of the same; where one graph has a computation twice, each
/// goes with the one that is used in the same place. Where not all is the same, nodes that alone have the same stored
/// tensors, and what an edit did not touch (`pairUntouched`). From there and from the outputs again, neighbours that are
/// calls of the same operator: what stands around a node that an edit put in, took out or changed.
///
/// Complexity: linear in the nodes of both graphs, and in each gap between nodes that stay quadratic, up to a limit.
package struct GraphAlignment: Sendable {
  /// The nodes of the second graph, by those of the first.
  package private(set) var nodes: [Node.ID: Node.ID] = [:]
  /// The subgraphs of the second graph, by those of the first; their bodies with each other.
  package private(set) var regions: [Region.ID: Region.ID] = [:]
  /// The inputs of the second graph, by those of the first: those of a name, and the others in their order.
  package let inputs: [Value.ID: Value.ID]
  package let hashes: (left: StructureHashes, right: StructureHashes)
  /// Attributes that make no difference.
  package let implied: ImpliedAttributes
  package let leaves: (left: LeafTensors, right: LeafTensors)

  private(set) var taken: Set<Node.ID> = []
  /// The paired nodes that alone have their stored tensors.
  private(set) var anchored: Set<Node.ID> = []
  /// Pairs of values that stand in the same place and are not computed in the same way.
  private var open: [(left: Value.ID, right: Value.ID)] = []

  /// What makes stored tensors of two graphs the same.
  package enum TensorIdentity: Sendable {
    /// Equal elements; of long ones, the same place in one file.
    case places
    /// The name, where both graphs have it for tensors of one type, whatever is in them; otherwise equal elements.
    case names
  }

  /// - Parameters:
  ///   - implied: attributes that make no difference.
  ///   - tensors: what makes stored tensors the same.
  package init(
    _ left: Graph, _ right: Graph, implied: ImpliedAttributes = .none, tensors: TensorIdentity = .places
  ) {
    self.implied = implied
    switch tensors {
    case .places: leaves = (LeafTensors(left), LeafTensors(right))
    case .names:
      let others = right.tensorTypes
      let shared = left.tensorTypes.filter { others[$0.key] == $0.value }
      func identity(_ name: String?, _ tensor: Tensor) -> Int {
        guard let name, shared.keys.contains(name) else { return tensor.identity(contentLimit: .max) }
        var hasher = Hasher()
        hasher.combine(name)
        return hasher.finalize()
      }
      leaves = (LeafTensors(left, identity: identity), LeafTensors(right, identity: identity))
    }
    inputs = Self.inputs(left, right)
    let names = inputs.mapValues { right.values[$0].name }
    hashes = (
      StructureHashes(left, leaves: leaves.left, implied: implied, inputNames: names),
      StructureHashes(right, leaves: leaves.right, implied: implied)
    )
    pair(left.body, right.body, left, right)
    if !open.isEmpty {
      pairStoredTensors(left, right)
      pairUntouched(left, right)
      openChanged(left, right)
      followOpenPairs(left, right)
    }
    pairRemaining(left, right)
  }

  /// Whether the whole computation of a node is the same in both graphs.
  package func isExact(_ node: Node.ID) -> Bool {
    guard let twin = nodes[node] else { return false }
    return hashes.left[node] == hashes.right[twin]
  }

  private static func inputs(_ left: Graph, _ right: Graph) -> [Value.ID: Value.ID] {
    let (mine, others) = (left.regions[left.body].inputs, right.regions[right.body].inputs)
    let named = Dictionary(others.map { (right.values[$0].name, $0) }) { first, _ in first }
    var pairs: [Value.ID: Value.ID] = [:]
    for input in mine { pairs[input] = named[left.values[input].name] }
    let taken = Set(pairs.values)
    for (input, other) in zip(mine.filter { pairs[$0] == nil }, others.filter { !taken.contains($0) }) {
      pairs[input] = other
    }
    return pairs
  }

  // MARK: What is the same

  private mutating func pair(_ a: Region.ID, _ b: Region.ID, _ left: Graph, _ right: Graph) {
    regions[a] = b
    for (value, twin) in zip(left.regions[a].outputs, right.regions[b].outputs) { pair(value, twin, left, right) }
  }

  /// Pairs what makes two values, and all that it uses, as far as it is the same.
  private mutating func pair(_ value: Value.ID, _ twin: Value.ID, _ left: Graph, _ right: Graph) {
    var work = [(value, twin)]
    while let (value, twin) = work.popLast() {
      guard case .result(let a, let index) = left.values[value].definition,
        case .result(let b, let place) = right.values[twin].definition
      else { continue }
      guard hashes.left[value] == hashes.right[twin] else {
        open.append((value, twin))
        continue
      }
      guard index == place, nodes[a] == nil, !taken.contains(b) else { continue }
      take(a, b, left, right)
      for (value, twin) in zip(left.nodes[a].arguments, right.nodes[b].arguments).reversed() {
        if let value, let twin { work.append((value, twin)) }
      }
    }
  }

  /// Pairs two nodes, and what their subgraphs have in the same places.
  mutating func take(_ a: Node.ID, _ b: Node.ID, _ left: Graph, _ right: Graph) {
    nodes[a] = b
    taken.insert(b)
    for attribute in left.nodes[a].attributes {
      guard let twin = right.nodes[b][attribute: attribute.name] else { continue }
      for (region, other) in zip(attribute.value.regions, twin.regions) { pair(region, other, left, right) }
    }
  }

  // MARK: What is alike

  /// Pairs nodes that are the only ones of their operator with their stored tensors.
  private mutating func pairStoredTensors(_ left: Graph, _ right: Graph) {
    let mine = Self.anchors(left, leaves.left, hashes.left)
    let others = Self.anchors(right, leaves.right, hashes.right)
    for (anchor, node) in mine.sorted(by: { ($0.value?.index ?? -1) < ($1.value?.index ?? -1) }) {
      guard let node, let twin = others[anchor] ?? nil, nodes[node] == nil, !taken.contains(twin) else { continue }
      takeAlike(node, twin, left, right)
    }
    anchored = Set(mine.values.compactMap(\.self)).intersection(nodes.keys)
  }

  private struct Anchor: Hashable {
    var operatorType: String
    var tensors: [Int]
  }

  /// Nodes by the stored tensors that they use; `nil` for several nodes.
  private static func anchors(_ graph: Graph, _ leaves: LeafTensors, _ hashes: StructureHashes) -> [Anchor: Node.ID?] {
    var anchors: [Anchor: Node.ID?] = [:]
    for id in graph.nodes.indices {
      let tensors = graph.nodes[id].arguments.compactMap { value -> Int? in
        guard let value, let leaf = leaves[value], leaf.tensor.elementCount > 16 else { return nil }
        return hashes[value]
      }
      guard !tensors.isEmpty else { continue }
      let anchor = Anchor(operatorType: graph.nodes[id].callee.operatorType, tensors: tensors)
      anchors[anchor] = anchors.keys.contains(anchor) ? .some(nil) : id
    }
    return anchors
  }

  private mutating func takeAlike(_ a: Node.ID, _ b: Node.ID, _ left: Graph, _ right: Graph) {
    take(a, b, left, right)
    for (value, twin) in zip(left.nodes[a].arguments, right.nodes[b].arguments) {
      if let value, let twin { pair(value, twin, left, right) }
    }
  }

  /// Opens what paired nodes are given where it is not computed in the same way.
  private mutating func openChanged(_ left: Graph, _ right: Graph) {
    for node in left.nodes.indices {
      guard let twin = nodes[node], !isExact(node) else { continue }
      for (value, other) in zip(left.nodes[node].arguments, right.nodes[twin].arguments) {
        if let value, let other { pair(value, other, left, right) }
      }
    }
  }

  /// Goes on where the computations differ: through calls of the same operator, and past one that only one graph has.
  private mutating func followOpenPairs(_ left: Graph, _ right: Graph) {
    var seen: Set<[Int]> = []
    while let (value, twin) = open.popLast() {
      guard seen.insert([value.index, twin.index]).inserted,
        case .result(let a, let index) = left.values[value].definition,
        case .result(let b, let place) = right.values[twin].definition
      else { continue }
      let (mine, other) = (left.nodes[a], right.nodes[b])
      if nodes[a] == b { continue }
      if index == place, nodes[a] == nil, !taken.contains(b), mine.isCall(ofSameAs: other),
        !differsInTensors(mine, other)
      {
        takeAlike(a, b, left, right)
        continue
      }
      // One of them may be new: behind it, or before it, there may be the other.
      if nodes[a] == nil {
        for argument in mine.arguments {
          if let argument, isAlike(argument, twin, left, right) { pair(argument, twin, left, right) }
        }
      }
      if !taken.contains(b) {
        for argument in other.arguments {
          if let argument, isAlike(value, argument, left, right) { pair(value, argument, left, right) }
        }
      }
    }
  }

  private func isAlike(_ value: Value.ID, _ twin: Value.ID, _ left: Graph, _ right: Graph) -> Bool {
    guard case .result(let a, _) = left.values[value].definition,
      case .result(let b, _) = right.values[twin].definition
    else { return false }
    return hashes.left[value] == hashes.right[twin]
      || left.nodes[a].isCall(ofSameAs: right.nodes[b]) && !differsInTensors(left.nodes[a], right.nodes[b])
  }

  /// Whether two calls use other weights.
  private func differsInTensors(_ mine: Node, _ other: Node) -> Bool {
    zip(mine.arguments, other.arguments).contains { value, twin in
      guard let value, let twin, let leaf = leaves.left[value], let twinLeaf = leaves.right[twin],
        leaf.tensor.elementCount > 16 || twinLeaf.tensor.elementCount > 16
      else { return false }
      return hashes.left[value] != hashes.right[twin]
    }
  }

  /// Pairs, in order, what is the same and was not met on the way from the outputs.
  private mutating func pairRemaining(_ left: Graph, _ right: Graph) {
    var rest: [Int: [Node.ID]] = [:]
    for node in right.nodes.indices.reversed() where !taken.contains(node) {
      rest[hashes.right[node], default: []].append(node)
    }
    guard !rest.isEmpty else { return }
    for node in left.nodes.indices where nodes[node] == nil {
      guard let twin = rest[hashes.left[node]]?.popLast() else { continue }
      take(node, twin, left, right)
    }
  }
}

extension Node {
  /// Whether both call one operator or function.
  fileprivate func isCall(ofSameAs other: Node) -> Bool {
    callee.operatorType == other.callee.operatorType && callee.domain == other.callee.domain
      && callee.overload == other.callee.overload
  }
}

extension Graph {
  /// The types of the body's initialisers, by their names.
  fileprivate var tensorTypes: [String: ValueType] {
    Dictionary(regions[body].initializers.map { (values[$0.value].name, $0.tensor.type) }) { first, _ in first }
  }
}
