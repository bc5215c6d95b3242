package import Graphs
import Tensors

extension Graph {
  /// The names of what the nodes of the body give, in order: values that a run can be asked for.
  ///
  /// Constants are left out, and what the outputs have anyway.
  package var interiorNames: [String] {
    let region = regions[body]
    let outputs = Set(region.outputs)
    var names: [String] = []
    for id in region.nodes where nodes[id].operatorType != "Constant" {
      for case let value? in nodes[id].results where !outputs.contains(value) && !values[value].name.isEmpty {
        names.append(values[value].name)
      }
    }
    return names
  }

  /// The graph with values of the body among its outputs, behind those that it has.
  ///
  /// - Parameter names: names of `interiorNames`; others are passed over.
  package func exposing(_ names: Set<String>) -> Graph {
    var graph = self
    let region = regions[body]
    let outputs = Set(region.outputs)
    for id in region.nodes {
      for case let value? in nodes[id].results where names.contains(values[value].name) && !outputs.contains(value) {
        // The runtime knows the sizes itself, and holds what a file says of them against its own.
        graph.values[value].type = values[value].type.element.map { .tensor(TensorType($0, nil)) } ?? .unknown
        graph.values[value].denotation = nil
        graph.regions[body].outputs.append(value)
      }
    }
    let exposed = Set(graph.regions[body].outputs).subtracting(outputs)
    graph.regions[body].valueInfo.removeAll(where: exposed.contains)
    graph.regions[body].otherRecords = [:]
    return graph
  }

  /// The graph with values of the body for its only outputs, and no more nodes and initializers than these take.
  ///
  /// - Parameter names: names of `interiorNames`; where there is none of them, the graph is as it was.
  package func ending(at names: Set<String>) -> Graph {
    var graph = exposing(names)
    let region = graph.regions[graph.body]
    let outputs = region.outputs.filter { names.contains(graph.values[$0].name) }
    if outputs.isEmpty { return self }
    var used = Set(outputs)
    var nodes: Set<Node.ID> = []
    var open = outputs
    while let value = open.popLast() {
      guard case .result(let node, _) = graph.values[value].definition, nodes.insert(node).inserted else { continue }
      graph.forEachUse(of: node) { if used.insert($0).inserted { open.append($0) } }
      for case let result? in graph.nodes[node].results { used.insert(result) }
    }
    used.formUnion(region.inputs)
    graph.regions[graph.body].outputs = outputs
    graph.regions[graph.body].nodes.removeAll { !nodes.contains($0) }
    graph.regions[graph.body].initializers.removeAll { !used.contains($0.value) }
    graph.regions[graph.body].valueInfo.removeAll { !used.contains($0) }
    // These speak of outputs by their place, and of tensors that may be gone.
    graph.regions[graph.body].otherOutputs = [:]
    graph.regions[graph.body].quantization = []
    return graph
  }
}
