import Graphs
import Syntax

extension Elaborator {
  /// Reports the paths that recipes for the model name, and that nothing of the finished graph has.
  mutating func checkRecipes(_ graph: Graph) {
    let recipes = program.main.recipes.filter { $0.model.plainName == model.name }
    guard !recipes.isEmpty, !hasErrors else { return }
    let paths = InstancePaths(graph)
    var known = Set(graph.instances.indices.map { paths.path(of: $0) })
    for region in graph.regions.indices {
      for initializer in graph.regions[region].initializers { known.insert(graph.values[initializer.value].name) }
    }
    for node in graph.nodes.indices { known.insert(graph.nodes[node].name) }
    known.formUnion(model.body?.boundNames ?? [])
    for named in recipes.flatMap(\.steps).flatMap(\.namedPaths) {
      guard let path = path(named), !known.contains(where: { $0 == path || $0.hasPrefix(path + ".") }) else { continue }
      report(.unknownLayer(path, candidates: Array(known), at: named.place))
    }
  }
}

extension Syntax {
  /// What the statements in it bind.
  fileprivate var boundNames: [String] {
    if kind == .target { return children.compactMap(\.plainName) }
    return children.flatMap(\.boundNames)
  }

  /// The paths behind `keep=` and `only=` of a step.
  fileprivate var namedPaths: [Syntax] {
    let arguments = firstChild?.child(.argumentList)?.children.map(\.self) ?? []
    return arguments.flatMap { argument -> [Syntax] in
      guard let (name, value) = argument.kind == .namedArgument ? argument.pair : nil,
        ["keep", "only"].contains(name.plainName)
      else { return [] }
      return value.kind == .list ? value.children.map(\.self) : [value]
    }
  }
}
