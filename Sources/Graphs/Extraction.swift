/// The part of a graph between some of its values and others.
package struct Extraction: Sendable {
  /// Why a part cannot be taken out.
  package enum Problem: Error, Hashable, Sendable {
    /// No value of the graph's body has the name.
    case unknownValue(String)
    /// The part needs this input of the model, which is not among the values that it is to start from.
    case needsInput(String)
    /// None of the values that it is to end at is computed from this one, where it is to start; it needs an input instead.
    case startsBehind(String, input: String)
    /// One of the values that it is to end at is stored, not computed.
    case isStored(String)
  }

  /// The graph with the part as its body: the first values are its inputs, the others its outputs.
  package let graph: Graph

  /// Takes a part out of a graph.
  ///
  /// - Parameters:
  ///   - starts: the names of the values that become inputs; the graph's own inputs, as far as they are needed, where empty.
  ///   - ends: the names of the values that become outputs; the graph's own where empty.
  /// - Throws: where a name means nothing, or the part needs more.
  package init(of graph: Graph, from starts: [String], to ends: [String]) throws(Problem) {
    var extracted = graph
    let body = graph.regions[graph.body]
    var named: [String: Value.ID] = [:]
    for value in graph.values.indices where !graph.values[value].name.isEmpty {
      switch graph.values[value].definition {
      case .input(graph.body, _), .initializer(graph.body): named[graph.values[value].name] = value
      case .result(let node, _) where body.nodes.contains(node): named[graph.values[value].name] = value
      default: continue
      }
    }
    func value(_ name: String) throws(Problem) -> Value.ID {
      guard let value = named[name] else { throw .unknownValue(name) }
      return value
    }
    var inputs: [Value.ID] = []
    for name in starts { inputs.append(try value(name)) }
    var outputs: [Value.ID] = []
    for name in ends { outputs.append(try value(name)) }
    if ends.isEmpty { outputs = body.outputs }
    let needed = Self.needed(for: outputs, in: graph, from: starts.isEmpty ? nil : Set(inputs))
    if let input = needed.missing {
      let behind = inputs.first { !needed.values.contains($0) }
      if let behind { throw .startsBehind(graph.values[behind].name, input: graph.values[input].name) }
      throw .needsInput(graph.values[input].name)
    }
    if starts.isEmpty { inputs = body.inputs.filter(needed.values.contains) }
    let stored = Set(body.initializers.map(\.value)).subtracting(body.inputs)
    if let output = outputs.first(where: stored.contains) { throw .isStored(graph.values[output].name) }
    for (index, input) in inputs.enumerated() {
      extracted.values[input].definition = .input(graph.body, index: index)
    }
    let kept = needed.values.union(inputs).union(outputs)
    extracted.regions[graph.body].inputs = inputs
    extracted.regions[graph.body].outputs = outputs
    extracted.regions[graph.body].nodes = body.nodes.filter(needed.nodes.contains)
    extracted.regions[graph.body].initializers = body.initializers.filter {
      needed.values.contains($0.value) && (body.inputs.contains($0.value) || !inputs.contains($0.value))
    }
    extracted.regions[graph.body].sparseInitializers = body.sparseInitializers.filter {
      needed.values.contains($0.value)
    }
    extracted.regions[graph.body].valueInfo = body.valueInfo.filter {
      kept.contains($0) && !inputs.contains($0) && !outputs.contains($0)
    }
    extracted.regions[graph.body].quantization = body.quantization.filter { annotation in
      annotation.value.map(kept.contains) ?? false
    }
    self.graph = extracted
  }

  /// What values are computed from, back to where the part starts, and an input that it lacks.
  private static func needed(
    for outputs: [Value.ID], in graph: Graph, from starts: Set<Value.ID>?
  ) -> (nodes: Set<Node.ID>, values: Set<Value.ID>, missing: Value.ID?) {
    let own = Set(graph.regions[graph.body].nodes)
    let initialized = Set(graph.regions[graph.body].initializers.map(\.value))
    var nodes: Set<Node.ID> = []
    var values: Set<Value.ID> = []
    var open = outputs
    var missing: Value.ID?
    while let value = open.popLast() {
      guard values.insert(value).inserted, starts?.contains(value) != true else { continue }
      switch graph.values[value].definition {
      case .result(let node, _) where own.contains(node):
        guard nodes.insert(node).inserted else { continue }
        for case let result? in graph.nodes[node].results { values.insert(result) }
        graph.forEachUse(of: node) { open.append($0) }
      case .input(graph.body, _) where starts != nil && !initialized.contains(value):
        missing = missing ?? value
      default: continue
      }
    }
    return (nodes, values, missing)
  }
}
