package import Graphs
package import Tensors

// What ONNX keeps beside the graph: nothing here changes what is computed.
extension GraphBuilder {
  package mutating func annotate(_ node: Node.ID, _ change: (inout Node) -> Void) {
    change(&graph.nodes[node])
  }

  package mutating func annotate(_ value: Value.ID, _ change: (inout Value) -> Void) {
    change(&graph.values[value])
  }

  /// Annotates the tensor of an initialiser of the current region, which was added last.
  package mutating func annotateLastInitializer(_ change: (inout Annotations) -> Void) {
    let last = graph.regions[region].initializers.indices.last
    if let last { change(&graph.regions[region].initializers[last].annotations) }
  }

  /// Names the tensors that quantize a value of the current region, by role.
  package mutating func quantize(_ value: Value.ID, _ parameters: [Metadata]) {
    var annotation = QuantizationAnnotation(tensor: "", parameters: parameters)
    annotation.value = value
    graph.regions[region].quantization.append(annotation)
  }

  /// Names the subgraph in an attribute of a node; `false` where there is none.
  package mutating func nameRegion(of node: Node.ID, _ attribute: String, _ name: String) -> Bool {
    guard case .graph(let region)? = graph.nodes[node][attribute: attribute] else { return false }
    graph.regions[region].name = name
    return true
  }

  /// Keeps a type for a value of the current region that is to be written in place of the inferred one.
  package mutating func recordType(_ type: ValueType, of value: Value.ID) {
    graph.regions[region].recordedTypes[value] = type
  }
}
