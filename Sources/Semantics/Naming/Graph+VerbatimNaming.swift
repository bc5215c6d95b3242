import Graphs
import Syntax

/// Naming for models whose names are all in the text.
extension Graph {
  /// Names what a verbatim model leaves without a name.
  ///
  /// Values within expressions get theirs by the naming rule, and a node whose first result has the name that the rule makes
  /// of the node's gets that one. Other nodes stay without.
  ///
  /// - Parameters:
  ///   - given: the nodes whose names, or lack of one, the text or the file says.
  ///   - namesAll: whether the others all take the names that the rule makes.
  ///
  /// A value whose name another one has that can be seen from its place is told, and named as if it had none; what
  /// branches name is their own.
  mutating func completeNames(given: Set<Node.ID>, namesAll: Bool) -> [Diagnostic] {
    for node in nodes.indices where !namesAll && nodes[node].name.isEmpty && !given.contains(node) {
      if let name = nodes[node].outputs.first.flatMap(\.self).flatMap({ NodeName.ofResult(values[$0].name) }) {
        nodes[node].name = name
      }
    }
    let diagnostics = takenNames(in: body, visible: [])
    guard values.indices.contains(where: { values[$0].name.isEmpty }) else { return diagnostics }
    var completed = self
    _ = completed.assignNames()
    for value in values.indices where values[value].name.isEmpty { values[value].name = completed.values[value].name }
    if namesAll {
      for node in nodes.indices where nodes[node].name.isEmpty && !given.contains(node) {
        nodes[node].name = completed.nodes[node].name
      }
    }
    return diagnostics
  }

  /// What is to be said of values whose names others have that are seen from there.
  private func takenNames(in region: Region.ID, visible: Set<String>) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    var names = visible
    var own: [Value.ID] = regions[region].inputs
    own += regions[region].initializers.map(\.value).filter { !regions[region].inputs.contains($0) }
    own += regions[region].nodes.flatMap { nodes[$0].outputs.compactMap(\.self) }
    for value in own where !values[value].name.isEmpty && !names.insert(values[value].name).inserted {
      if let source = values[value].origin.source {
        diagnostics.append(.valueNameTaken(values[value].name, at: source.place))
      }
    }
    for node in regions[region].nodes {
      for attribute in nodes[node].attributes {
        switch attribute.value {
        case .graph(let inner): diagnostics += takenNames(in: inner, visible: names)
        case .graphs(let inner): for region in inner { diagnostics += takenNames(in: region, visible: names) }
        default: break
        }
      }
    }
    return diagnostics
  }
}
