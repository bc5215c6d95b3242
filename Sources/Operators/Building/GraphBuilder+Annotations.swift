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

  /// Annotates a subgraph in an attribute of a node; `false` where there is none.
  ///
  /// - Parameter index: which one of a list of subgraphs it is.
  package mutating func annotateRegion(
    of node: Node.ID, _ attribute: String, index: Int = 0, _ change: (inout Region) -> Void
  ) -> Bool {
    guard let regions = graph.nodes[node][attribute: attribute]?.regions, regions.indices.contains(index) else {
      return false
    }
    change(&graph.regions[regions[index]])
    return true
  }

  /// Puts values in the places of others wherever these are used.
  package mutating func replaceUses(_ values: [Value.ID: Value.ID]) {
    guard !values.isEmpty else { return }
    for node in graph.nodes.indices
    where graph.nodes[node].inputs.contains(where: { $0.map { values[$0] != nil } ?? false }) {
      graph.nodes[node].inputs = graph.nodes[node].inputs.map { $0.map { values[$0] ?? $0 } }
    }
    for region in graph.regions.indices {
      graph.regions[region].outputs = graph.regions[region].outputs.map { values[$0] ?? $0 }
    }
  }

  /// Puts the nodes of every region into the places that are given, and the others between them in their order.
  package mutating func moveNodes(to positions: [Node.ID: Int]) {
    guard !positions.isEmpty else { return }
    for region in graph.regions.indices {
      let nodes = graph.regions[region].nodes
      let moved = nodes.compactMap { node in positions[node].map { (position: $0, node: node) } }
      guard !moved.isEmpty else { continue }
      var order = nodes.filter { positions[$0] == nil }
      for (position, node) in moved.sorted(by: { $0.position < $1.position }) {
        order.insert(node, at: min(position, order.count))
      }
      graph.regions[region].nodes = order
    }
  }

  /// Whether the current region has an output of that number.
  package func isOutput(_ index: Int) -> Bool { graph.regions[region].outputs.indices.contains(index) }

  /// Describes an output of the current region otherwise than the value itself.
  package mutating func describeOutput(_ index: Int, _ description: ValueDescription) {
    graph.regions[region].otherOutputs[index] = description
  }

  /// Describes a value whose type the current region records otherwise than the value itself; by its place there.
  package mutating func describeRecord(_ index: Int, _ description: ValueDescription) {
    graph.regions[region].otherRecords[index] = description
  }

  /// Keeps a type for a value of the current region that is to be written in place of the inferred one.
  package mutating func recordType(_ type: ValueType, of value: Value.ID) {
    graph.regions[region].recordedTypes[value] = type
  }
}
