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
    let id = Node.ID(index: graph.nodes.count)
    var (domain, operatorType, overload) = ("", "", "")
    var results = ValueList()
    var node = Node(Self.nothing, arguments: ValueList(), results: results, attributes: [], origin: Origin())
    while let field = try reader.next() {
      switch (NodeField(rawValue: field.number), field.payload) {
      case (.input, .bytes), (.attribute, .bytes): break
      case (.output, .bytes(let range)):
        let definition = Value.Definition.result(id, index: results.count)
        let name = source.text(range)
        results.append(
          name.isEmpty ? nil : declare(Value(name: name, type: .unknown, definition: definition)))
      case (.name, .bytes(let range)): node.name = source.text(range)
      case (.operatorType, .bytes(let range)): operatorType = source.text(range)
      case (.doc, .bytes(let range)): node.annotations.doc = source.prose(range)
      case (.domain, .bytes(let range)): domain = source.text(range)
      case (.overload, .bytes(let range)): overload = source.text(range)
      case (.metadata, .bytes(let range)):
        node.annotations.metadata.append(try source.metadata(try reader.message(at: range)))
      case (.deviceConfiguration, .bytes(let range)):
        node.deviceConfigurations.append(try source.nodeDeviceConfiguration(at: range, in: reader))
      default: source.keep(field, in: &node.annotations.unknownFields)
      }
    }
    node.callee = callee(domain: domain, operatorType, overload: overload)
    node.results = results
    return graph.nodes.append(node)
  }

  /// What nodes call until their names are read.
  private static let nothing = NodeCallee(domain: "", "", overload: "")

  /// The callee that all nodes with these names share.
  private mutating func callee(domain: String, _ operatorType: String, overload: String) -> NodeCallee {
    guard domain.isEmpty, overload.isEmpty else {
      return NodeCallee(domain: domain, operatorType, overload: overload)
    }
    if let known = callees[operatorType] { return known }
    let callee = NodeCallee(domain: domain, operatorType, overload: overload)
    callees[operatorType] = callee
    return callee
  }

  /// Decodes the inputs and attributes of nodes, now that every name is declared.
  mutating func connect(_ nodes: [Node.ID], _ ranges: [Range<Int>], in message: WireReader) throws(WireError) {
    for (id, range) in zip(nodes, ranges) {
      var reader = try message.message(at: range)
      var inputs = ValueList()
      var attributes: [Attribute] = []
      while let field = try reader.next() {
        switch (NodeField(rawValue: field.number), field.payload) {
        case (.input, .bytes(let range)):
          let name = source.text(range)
          inputs.append(name.isEmpty ? nil : resolve(name))
        case (.attribute, .bytes(let range)):
          attributes.append(try attribute(try reader.message(at: range), owner: id))
        default: break
        }
      }
      graph.nodes[id].arguments = inputs
      graph.nodes[id].attributes = attributes
    }
  }
}
