/// A graph whose inputs and outputs have other names, or stand in another order.
package struct InterfaceRevision: Sendable {
  /// Why the inputs and outputs cannot be so.
  package enum Problem: Error, Hashable, Sendable {
    /// No input or output has the name.
    case unknownName(String)
    /// Two values would have the name.
    case taken(String)
    /// A list names this twice.
    case repeated(String)
    /// A list of all inputs or outputs leaves this one out.
    case missing(String, isInput: Bool)
  }

  package private(set) var graph: Graph

  /// Revises a graph.
  ///
  /// - Parameters:
  ///   - names: old names of inputs and outputs, and new ones, all at once.
  ///   - inputs: the inputs in their new order, by their new names; those that have a tensor of their own may be left out,
  ///     and stand last then.
  ///   - outputs: the outputs in their new order, likewise.
  package init(
    of graph: Graph, renaming names: [(old: String, new: String)], inputs: [String]?, outputs: [String]?
  ) throws(Problem) {
    self.graph = graph
    try rename(names)
    if let inputs { try reorderInputs(inputs) }
    if let outputs { try reorderOutputs(outputs) }
  }

  private mutating func rename(_ names: [(old: String, new: String)]) throws(Problem) {
    let body = graph.regions[graph.body]
    let ends = Dictionary((body.inputs + body.outputs).map { (graph.values[$0].name, $0) }) { first, _ in first }
    var revised: [Value.ID: String] = [:]
    var texts: [String: String] = [:]
    for (old, new) in names {
      guard let value = ends[old] else { throw .unknownName(old) }
      guard revised.updateValue(new, forKey: value) == nil else { throw .repeated(old) }
      texts[old] = new
    }
    guard !revised.isEmpty else { return }
    var taken: Set<String> = []
    for value in graph.values.indices where revised[value] == nil { taken.insert(graph.values[value].name) }
    for (_, new) in names where !taken.insert(new).inserted { throw .taken(new) }
    for (value, name) in revised { graph.values[value].name = name }
    graph.renameMentions { texts[$0] ?? $0 }
  }

  private mutating func reorderInputs(_ names: [String]) throws(Problem) {
    let body = graph.regions[graph.body]
    let stored = Set(body.initializers.map(\.value)).union(body.sparseInitializers.map(\.value))
    let order = try Self.order(names, of: body.inputs.map { graph.values[$0].name })
    let rest = body.inputs.indices.filter { !order.contains($0) }
    if let missing = rest.first(where: { !stored.contains(body.inputs[$0]) }) {
      throw .missing(graph.values[body.inputs[missing]].name, isInput: true)
    }
    let inputs = (order + rest).map { body.inputs[$0] }
    graph.regions[graph.body].inputs = inputs
    for (index, input) in inputs.enumerated() { graph.values[input].definition = .input(graph.body, index: index) }
  }

  private mutating func reorderOutputs(_ names: [String]) throws(Problem) {
    let body = graph.regions[graph.body]
    let order = try Self.order(names, of: body.outputs.map { graph.values[$0].name })
    if let missing = body.outputs.indices.first(where: { !order.contains($0) }) {
      throw .missing(graph.values[body.outputs[missing]].name, isInput: false)
    }
    graph.regions[graph.body].outputs = order.map { body.outputs[$0] }
    graph.regions[graph.body].otherOutputs = Dictionary(
      uniqueKeysWithValues: order.enumerated().compactMap { place, old in body.otherOutputs[old].map { (place, $0) } })
  }

  /// The places that names have in a list.
  private static func order(_ names: [String], of list: [String]) throws(Problem) -> [Int] {
    let places = Dictionary(list.enumerated().map { ($1, $0) }) { first, _ in first }
    var order: [Int] = []
    for name in names {
      guard let place = places[name] else { throw .unknownName(name) }
      guard !order.contains(place) else { throw .repeated(name) }
      order.append(place)
    }
    return order
  }
}

extension Graph {
  /// Renames values where they are named in words: in quantization annotations and in what is said of devices.
  package mutating func renameMentions(_ renamed: (String) -> String) {
    for region in regions.indices {
      for index in regions[region].quantization.indices {
        regions[region].quantization[index].tensor = renamed(regions[region].quantization[index].tensor)
        for place in regions[region].quantization[index].parameters.indices {
          let tensor = regions[region].quantization[index].parameters[place].value
          regions[region].quantization[index].parameters[place].value = renamed(tensor)
        }
      }
    }
    for node in nodes.indices where !nodes[node].deviceConfigurations.isEmpty {
      nodes[node].deviceConfigurations = nodes[node].deviceConfigurations.map { configuration in
        guard case .named(let name, let stage, var sharding) = configuration else { return configuration }
        for index in sharding.indices { sharding[index].tensor = renamed(sharding[index].tensor) }
        return .named(name, pipelineStage: stage, sharding: sharding)
      }
    }
  }
}
