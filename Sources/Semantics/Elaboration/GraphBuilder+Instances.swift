import Graphs
import Operators

extension GraphBuilder {
  /// Whether a node of the region makes the value.
  func isResult(_ value: Value.ID, in region: Region.ID) -> Bool {
    guard case .result(let node, _) = graph.values[value].definition else { return false }
    return graph.regions[region].nodes.contains(node)
  }
}
