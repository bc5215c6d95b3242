import Graphs
import Tensors

extension ONNXEncoder {
  /// Writes a region as a GraphProto.
  mutating func encode(_ field: some WireFieldNumber, _ id: Region.ID, of graph: Graph) {
    let region = graph.regions[id]
    message(field) {
      for node in region.nodes { $0.encode(GraphField.node, node, of: graph) }
      $0.wire.text(GraphField.name, region.name)
      for initializer in region.initializers {
        let name = $0.name(of: initializer.value, in: graph, for: "graph '\(region.name)'")
        $0.encode(
          GraphField.initializer, initializer.tensor, name: name, initializer.annotations, mayBeExternal: true)
      }
      $0.wire.text(GraphField.doc, region.annotations.doc)
      for input in region.inputs { $0.encode(GraphField.input, input, of: graph) }
      for (index, output) in region.outputs.enumerated() {
        $0.encode(GraphField.output, output, of: graph, as: region.otherOutputs[index])
      }
      for (index, value) in region.valueInfo.enumerated() {
        $0.encode(
          GraphField.valueInfo, value, of: graph, recorded: region.recordedTypes[value],
          as: region.otherRecords[index])
      }
      for annotation in region.quantization { $0.encode(GraphField.quantization, annotation, of: graph) }
      for sparse in region.sparseInitializers {
        var tensor = sparse.tensor
        tensor.values.name = $0.name(of: sparse.value, in: graph, for: "graph '\(region.name)'")
        $0.encode(GraphField.sparseInitializer, tensor)
      }
      $0.encode(GraphField.metadata, region.annotations.metadata)
      $0.wire.verbatim(region.annotations.unknownFields)
    }
  }

  /// Writes a value as a ValueInfoProto.
  ///
  /// - Parameters:
  ///   - recorded: the type that the file has for it, where that is another than the graph's.
  ///   - description: all that the file says of it in this place, likewise.
  mutating func encode(
    _ field: some WireFieldNumber, _ id: Value.ID, of graph: Graph, recorded: ValueType? = nil,
    as description: ValueDescription? = nil
  ) {
    var value = graph.values[id]
    var recorded = recorded
    if let description {
      (value.type, value.denotation, value.annotations) = (
        description.type, description.denotation, description.annotations
      )
      recorded = nil
    }
    message(field) {
      $0.wire.string(ValueInfoField.name, $0.name(of: id, in: graph, for: "the list of values"))
      $0.encode(ValueInfoField.type, recorded ?? value.type, value.denotation)
      $0.wire.text(ValueInfoField.doc, value.annotations.doc)
      $0.encode(ValueInfoField.metadata, value.annotations.metadata)
      $0.wire.verbatim(value.annotations.unknownFields)
    }
  }

  /// Writes a node as a NodeProto.
  mutating func encode(_ field: some WireFieldNumber, _ id: Node.ID, of graph: Graph) {
    let node = graph.nodes[id]
    message(field) {
      for input in node.arguments { $0.wire.string(NodeField.input, $0.name(of: input, in: graph, for: node)) }
      for output in node.results { $0.wire.string(NodeField.output, $0.name(of: output, in: graph, for: node)) }
      $0.wire.text(NodeField.name, node.name)
      $0.wire.text(NodeField.operatorType, node.operatorType)
      for attribute in node.attributes { $0.encode(NodeField.attribute, attribute, of: graph) }
      $0.wire.text(NodeField.doc, node.annotations.doc)
      $0.wire.text(NodeField.domain, node.domain)
      $0.wire.text(NodeField.overload, node.overload)
      $0.encode(NodeField.metadata, node.annotations.metadata)
      for configuration in node.deviceConfigurations { $0.encode(configuration) }
      $0.wire.verbatim(node.annotations.unknownFields)
    }
  }

  /// The name that a file knows the value by.
  mutating func name(of id: Value.ID, in graph: Graph, for user: @autoclosure () -> String) -> String {
    let name = graph.values[id].name
    if name.isEmpty { report(.unnamedValue(path: path, user: user())) }
    return name
  }

  /// The name of a node's input or output; empty for an omitted one.
  private mutating func name(of id: Value.ID?, in graph: Graph, for node: Node) -> String {
    guard let id else { return "" }
    return name(of: id, in: graph, for: "the \(node.operatorType) node '\(node.name)'")
  }

  private mutating func encode(
    _ field: some WireFieldNumber, _ annotation: QuantizationAnnotation, of graph: Graph
  ) {
    message(field) {
      $0.wire.text(QuantizationField.tensor, annotation.value.map { graph.values[$0].name } ?? annotation.tensor)
      $0.encode(QuantizationField.parameter, annotation.parameters)
      $0.wire.verbatim(annotation.unknownFields)
    }
  }
}
