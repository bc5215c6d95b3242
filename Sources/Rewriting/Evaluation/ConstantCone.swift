import Graphs
import Tensors

/// The nodes that compute a value from stored tensors alone.
struct ConstantCone {
  /// The nodes, each behind those that it needs; the last is the root.
  private(set) var nodes: [Node.ID] = []
  private var members: Set<Node.ID> = []
  private var leaves: Set<Value.ID> = []

  private static let limit = 200

  /// `nil` where something that `root` needs is not stored, or is computed by what cannot be evaluated.
  init?(of root: Node.ID, in rewriter: Rewriter) {
    guard add(root, rewriter, depth: 0) else { return nil }
  }

  private mutating func add(_ node: Node.ID, _ rewriter: Rewriter, depth: Int) -> Bool {
    if members.contains(node) { return true }
    guard members.count < Self.limit, depth < 50, rewriter.isEvaluable(node) else { return false }
    members.insert(node)
    for case let value? in rewriter.graph.nodes[node].arguments {
      if rewriter.isStored(value) {
        leaves.insert(value)
        continue
      }
      let before = self
      if let producer = rewriter.producer(of: value), add(producer, rewriter, depth: depth + 1) { continue }
      self = before
      guard rewriter.tensor(value) != nil else { return false }
    }
    nodes.append(node)
    return true
  }

  /// The bytes of a file that go when the root is stored: those of nodes that nothing else needs, and of their tensors.
  func freedBytes(in rewriter: Rewriter) -> Int {
    var dying: Set<Node.ID> = []
    var freed = 0
    for node in nodes.reversed() {
      let results = rewriter.graph.nodes[node].results.compactMap(\.self)
      let isNeeded = results.contains { value in
        rewriter.outputUses[value.index] > 0 || rewriter.users[value.index].contains { !dying.contains($0) }
      }
      guard node == nodes.last || !isNeeded else { continue }
      dying.insert(node)
      freed += rewriter.size(of: node)
    }
    for value in leaves
    where rewriter.outputUses[value.index] == 0 && rewriter.users[value.index].allSatisfy({ dying.contains($0) }) {
      freed += rewriter.tensor(value)?.byteCount ?? 0
    }
    return freed
  }

  /// The tensor that the root gives.
  func evaluated(in rewriter: Rewriter) -> Tensor? {
    var values: [Value.ID: Tensor] = [:]
    // What is on the way may be larger than what there is, but not by what a size claims.
    let limit = leaves.reduce(1 << 16) { $0 + 2 * (rewriter.tensor($1)?.byteCount ?? 0) }
    for node in nodes {
      guard let result = rewriter.output(node), let sizes = rewriter.shape(result)?.constants,
        let count = DenseTensor.count(of: sizes), count <= limit,
        let tensor = rewriter.evaluated(node, { $0.flatMap { values[$0] ?? rewriter.tensor($0) } }),
        tensor.element == rewriter.element(result), tensor.sizes == sizes
      else { return nil }
      values[result] = tensor
    }
    return nodes.last.flatMap { rewriter.output($0) }.flatMap { values[$0] }
  }
}
