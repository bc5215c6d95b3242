import Graphs
import Operators
import Tensors

/// Follows the samples of a batch through a graph, and finds where they do not stay apart.
///
/// A result that stays apart has, for each sample, what the graph gives for that sample alone.
struct SampleTracker {
  let graph: Graph
  let facts: [InferredValue]
  /// The name of the batch's size.
  let name: String
  let opset: Int
  private(set) var layouts: [Value.ID: SampleLayout] = [:]
  /// Values that are computed from how many samples there are.
  private(set) var sized: Set<Value.ID> = []
  /// Where samples do not stay apart: the node, and why.
  private(set) var obstacles: [(node: Node.ID, reason: String)] = []
  /// Values of which nothing can be told, since they come from an obstacle.
  private var lost: Set<Value.ID> = []

  /// Follows samples from inputs, each with the axis of its samples.
  init(_ graph: Graph, facts: [InferredValue], name: String, opset: Int, inputs: [Value.ID: Int]) {
    (self.graph, self.facts, self.name, self.opset) = (graph, facts, name, opset)
    for (input, axis) in inputs { layouts[input] = SampleLayout(axis: axis) }
    follow(graph.body)
  }

  private mutating func follow(_ region: Region.ID) {
    for node in graph.executionOrder(of: region).order { follow(node) }
  }

  /// Whether a value can be told nothing of, because of an obstacle before.
  func isLost(_ value: Value.ID) -> Bool { lost.contains(value) }

  private mutating func follow(_ id: Node.ID) {
    let node = graph.nodes[id]
    var used: [Value.ID] = []
    graph.forEachUse(of: id) { used.append($0) }
    let results = node.results.compactMap(\.self)
    guard !used.contains(where: lost.contains) else {
      lost.formUnion(results)
      return
    }
    guard used.contains(where: { layouts[$0] != nil || sized.contains($0) }) else { return }
    switch flow(of: id, node) {
    case .mixed(let reason):
      obstacles.append((id, reason))
      lost.formUnion(results)
    case .layouts(let found):
      for (place, result) in node.results.enumerated() {
        guard let result else { continue }
        guard let layout = found.indices.contains(place) ? found[place] : nil else {
          if isSized(result, from: used) { sized.insert(result) }
          continue
        }
        guard batchAxes(of: result) == [layout.axis] else {
          obstacles.append((id, "gives \(facts[result.index].type), where the batch is not axis \(layout.axis)"))
          lost.insert(result)
          continue
        }
        layouts[result] = layout
      }
    }
  }

  /// Whether a result without samples depends on how many there are.
  private func isSized(_ result: Value.ID, from used: [Value.ID]) -> Bool {
    guard let elements = facts[result.index].elements else { return true }
    return elements.contains { $0.isUnknown || $0.symbols.contains(name) }
  }

  /// The axes of a value that the batch's size is in.
  func batchAxes(of value: Value.ID) -> [Int] {
    let sizes = sizes(value)
    return sizes.indices.filter { sizes[$0].symbols.contains(name) }
  }

  func sizes(_ value: Value.ID) -> [Dimension] { facts[value.index].type.shape?.dimensions ?? [] }

  private mutating func flow(of id: Node.ID, _ node: Node) -> SampleFlow {
    guard ["", "ai.onnx", "com.microsoft", "ai.onnx.ml"].contains(node.domain), node.overload.isEmpty else {
      return .mixed("is an operator of which nothing is known")
    }
    if node.operatorType == "If", node.domain.isEmpty { return branches(of: node) }
    guard !node.attributes.contains(where: \.value.holdsRegions) else {
      return .mixed("has a subgraph that is not followed")
    }
    let arguments = SampleArguments(node, in: self)
    return arguments.flow()
  }

  /// Both branches of an If, which must give the same layouts.
  private mutating func branches(of node: Node) -> SampleFlow {
    if let condition = node.inputs.first.flatMap(\.self), layouts[condition] != nil || sized.contains(condition) {
      return .mixed("decides by the batch")
    }
    var outcomes: [[SampleLayout?]] = []
    for region in node.attributes.flatMap(\.value.regions) {
      follow(region)
      let outputs = graph.regions[region].outputs
      if outputs.contains(where: { lost.contains($0) || sized.contains($0) }) {
        return .mixed("has a branch that does not keep the samples apart")
      }
      outcomes.append(outputs.map { layouts[$0] })
    }
    guard let first = outcomes.first else { return .layouts([]) }
    for other in outcomes.dropFirst() {
      let isSame =
        first.count == other.count
        && zip(first, other).allSatisfy { left, right in
          guard let left, let right else { return left == nil && right == nil }
          return left.isSame(as: right)
        }
      guard isSame else { return .mixed("has branches with different places for the batch") }
    }
    return .layouts(first)
  }
}
