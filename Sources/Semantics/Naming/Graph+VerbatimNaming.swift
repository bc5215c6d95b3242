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
  ///   - named: the values whose names the text says apart from what it calls them.
  ///   - namesAll: whether the others all take the names that the rule makes.
  ///
  /// A value whose name another one has that can be seen from its place is told, and named as if it had none; what
  /// branches name is their own.
  mutating func completeNames(given: Set<Node.ID>, values named: Set<Value.ID>, namesAll: Bool = false) -> [Diagnostic]
  {
    for node in nodes.indices where !namesAll && nodes[node].name.isEmpty && !given.contains(node) {
      if let name = nodes[node].outputs.first.flatMap(\.self).flatMap({ NodeName.ofResult(values[$0].name) }) {
        nodes[node].name = name
      }
    }
    nameConstants()
    let diagnostics = takenNames(in: body, named: named)
    guard values.indices.contains(where: { values[$0].name.isEmpty }) else { return diagnostics }
    var completed = self
    _ = completed.assignNames()
    for value in values.indices where values[value].ruledName.isEmpty {
      values[value].ruledName = completed.values[value].ruledName
    }
    if namesAll {
      for node in nodes.indices where nodes[node].name.isEmpty && !given.contains(node) {
        nodes[node].ruledName = completed.nodes[node].ruledName
      }
    }
    return diagnostics
  }

  /// Names the tensors that an edit took out of nodes: such a one has no name, or that of a value that is still there.
  private mutating func nameConstants() {
    var constants: [(region: Region.ID, value: Value.ID)] = []
    for region in regions.indices {
      constants += regions[region].initializers.filter { $0.role == .constant }.map { (region, $0.value) }
    }
    guard !constants.isEmpty else { return }
    var all: Set<String> = []
    for value in values.indices { all.insert(values[value].name) }
    var own = Set(constants.map(\.value))
    var others = regions[body].inputs + regions[body].initializers.map(\.value)
    for node in regions[body].nodes { others += nodes[node].outputs.compactMap(\.self) }
    var taken: Set<String> = []
    for value in others where !own.contains(value) { taken.insert(values[value].name) }
    own = []
    for (region, value) in constants where own.insert(value).inserted {
      let name = values[value].name
      let isFree = !name.isEmpty && (region != body || taken.insert(name).inserted)
      guard !isFree else { continue }
      let stem = name.isEmpty ? "constant" : name
      var number = 0
      repeat {
        values[value].name = number == 0 ? stem : "\(stem)_\(number)"
        number += 1
      } while !all.insert(values[value].name).inserted
      taken.insert(values[value].name)
    }
  }

  /// What is to be said of values that have the names of others of their region, or of others around that are used there.
  private func takenNames(in region: Region.ID, named: Set<Value.ID>) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    var own: [Value.ID] = regions[region].inputs
    own += regions[region].initializers.map(\.value).filter { !regions[region].inputs.contains($0) }
    own += regions[region].nodes.flatMap { nodes[$0].outputs.compactMap(\.self) }
    var names = region == body ? [] : captures(of: region, own: Set(own))
    for value in own where !values[value].name.isEmpty && !named.contains(value) {
      if !names.insert(values[value].name).inserted, let source = values[value].origin.source {
        diagnostics.append(.valueNameTaken(values[value].name, at: source.place))
      }
    }
    for node in regions[region].nodes {
      for inner in nodes[node].attributes.flatMap(\.value.regions) {
        diagnostics += takenNames(in: inner, named: named)
      }
    }
    return diagnostics
  }

  /// The names of values that a region uses and does not have itself, in its subgraphs too.
  private func captures(of region: Region.ID, own: Set<Value.ID>) -> Set<String> {
    var own = own
    var used = regions[region].outputs
    var open = [region]
    while let region = open.popLast() {
      for node in regions[region].nodes {
        used += nodes[node].inputs.compactMap(\.self)
        own.formUnion(nodes[node].outputs.compactMap(\.self))
        for inner in nodes[node].attributes.flatMap(\.value.regions) {
          own.formUnion(regions[inner].inputs)
          own.formUnion(regions[inner].initializers.map(\.value))
          used += regions[inner].outputs
          open.append(inner)
        }
      }
    }
    return Set(used.filter { !own.contains($0) }.map { values[$0].name })
  }
}
