import Graphs
import Semantics
import Syntax

/// What the layers of a model are called in the graph.
struct LayerNames {
  private struct Layer {
    /// The path of the node's instance in state-dict spelling.
    var path: String
    /// The names of the node and of its stored tensors.
    var names: [String]
    /// Where the calls stand that make the node, in whatever file.
    var places: [SourceRange]
  }

  private var nodes: [Layer] = []
  /// The places of the statements in the model's body that bind a name.
  private var statements: [String: [Place]] = [:]

  init(_ elaboration: Elaboration) {
    let graph = elaboration.model.graph
    let stored = Set(graph.regions.indices.flatMap { graph.regions[$0].initializers.map(\.value) })
    for region in graph.regions.indices {
      for id in graph.regions[region].nodes {
        let node = graph.nodes[id]
        let tensors = node.inputs.compactMap(\.self).filter(stored.contains).map { graph.values[$0].name }
        nodes.append(
          Layer(
            path: graph.path(of: node.origin.instance), names: [node.name] + tensors, places: graph.places(of: node)))
      }
    }
    if let body = elaboration.declaration.body { collect(body) }
  }

  private mutating func collect(_ syntax: Syntax) {
    for child in syntax.children {
      for target in child.kind == .binding ? child.children.filter({ $0.kind == .target }) : [] {
        if let name = target.children.lazy.compactMap(\.plainName).first {
          statements[name, default: []].append(child.place)
        }
      }
      if child.kind != .binding { collect(child) }
    }
  }

  /// The names of the nodes and tensors of the layers at some paths.
  ///
  /// A path is that of a layer, or of several that it begins; or the name of a node or a tensor; or what a statement of the model
  /// binds, which means all that is made there.
  func names(in paths: [(path: String, place: Place)]) throws(RecipeError) -> [String] {
    var found: [String] = []
    for (path, place) in paths {
      let own = nodes.filter { $0.path == path || $0.path.hasPrefix(path + ".") }.flatMap(\.names)
      let called = nodes.contains { $0.names.contains(path) } ? [path] : []
      let bound = own.isEmpty && called.isEmpty ? bound(to: path) : []
      guard !own.isEmpty || !called.isEmpty || !bound.isEmpty else {
        throw RecipeError("unknown-path", "the model has no layer `\(path)`", at: place)
      }
      found += own + called + bound
    }
    return found.filter { !$0.isEmpty }
  }

  private func bound(to name: String) -> [String] {
    let places = statements[name] ?? []
    let made = nodes.filter { node in
      node.places.contains { source in
        places.contains { $0.file == source.file && $0.range.contains(Int(source.start)) }
      }
    }
    return made.flatMap(\.names)
  }
}

extension Graph {
  /// Where a node is made: its call, and those of the blocks around it.
  fileprivate func places(of node: Node) -> [SourceRange] {
    var places = [node.origin.source].compactMap(\.self)
    var instance = node.origin.instance
    while let id = instance {
      if let call = instances[id].call { places.append(call) }
      instance = instances[id].parent
    }
    return places
  }

  /// The labels of an instance and those around it, in state-dict spelling.
  fileprivate func path(of instance: Instance.ID?) -> String {
    var labels: [String] = []
    var instance = instance
    while let id = instance {
      if let label = instances[id].label, instances[id].kind != .model { labels.append(label) }
      instance = instances[id].parent
    }
    return labels.reversed().joined(separator: ".")
  }
}
