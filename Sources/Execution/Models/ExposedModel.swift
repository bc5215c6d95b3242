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
}
