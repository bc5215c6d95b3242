import Graphs
import Tensors

extension GraphDecoder {
  /// Decodes all of the nodes but their inputs and attributes, and declares their outputs.
  mutating func declareNodes(
    _ ranges: [Range<Int>], of id: Region.ID, in message: WireReader
  ) throws(WireError) -> [Node.ID] {
    var nodes: [Node.ID] = []
    for range in ranges { nodes.append(try declareNode(try message.message(at: range))) }
    graph.regions[id].nodes = nodes
    return nodes
  }

  private mutating func declareNode(_ reader: WireReader) throws(WireError) -> Node.ID {
    var reader = reader
    let id = graph.nodes.append(Node("", inputs: [], outputs: []))
    var node = graph.nodes[id]
    while let field = try reader.next() {
      switch (NodeField(rawValue: field.number), field.payload) {
      case (.input, .bytes), (.attribute, .bytes): break
      case (.output, .bytes(let range)):
        let definition = Value.Definition.result(id, index: node.outputs.count)
        let name = try source.name(range)
        node.outputs.append(
          name.isEmpty ? nil : declare(Value(name: name, type: .unknown, definition: definition)))
      case (.name, .bytes(let range)): node.name = source.text(range)
      case (.operatorType, .bytes(let range)): node.operatorType = try source.name(range)
      case (.doc, .bytes(let range)): node.annotations.doc = source.text(range)
      case (.domain, .bytes(let range)): node.domain = try source.name(range)
      case (.overload, .bytes(let range)): node.overload = try source.name(range)
      case (.metadata, .bytes(let range)):
        try source.appendMetadata(field, at: range, in: reader, to: &node.annotations)
      case (.deviceConfiguration, .bytes(let range)): node.deviceConfigurations.append(.wire(source.wire(range)))
      default: source.keep(field, in: &node.annotations.unknownFields)
      }
    }
    graph.nodes[id] = node
    return id
  }

  /// Decodes the inputs and attributes of nodes, now that every name is declared.
  mutating func connect(_ nodes: [Node.ID], _ ranges: [Range<Int>], in message: WireReader) throws(WireError) {
    for (id, range) in zip(nodes, ranges) {
      var reader = try message.message(at: range)
      var inputs: [Value.ID?] = []
      var attributes: [Attribute] = []
      while let field = try reader.next() {
        switch (NodeField(rawValue: field.number), field.payload) {
        case (.input, .bytes(let range)):
          let name = try source.name(range)
          inputs.append(name.isEmpty ? nil : resolve(name))
        case (.attribute, .bytes(let range)):
          attributes.append(try attribute(try reader.message(at: range), owner: id))
        default: break
        }
      }
      graph.nodes[id].inputs = inputs
      graph.nodes[id].attributes = attributes
    }
  }
}
