import Graphs
import Operators
import Semantics
import Syntax
import Tensors

/// What must hold of every graph that the elaborator makes without an error.
struct GraphSoundness {
  /// Everything that is wrong, in words.
  private(set) var problems: [String] = []
  private let graph: Graph
  private let opsets: [String: Int]

  init(_ elaboration: Elaboration) {
    graph = elaboration.model.graph
    opsets = elaboration.opsets
    checkNames()
    checkOrder(graph.body, visible: [])
    for node in graph.nodes.indices where isWritten(node) { checkSchema(graph.nodes[node]) }
    if let declared = elaboration.declaration.results {
      let single = declared.filter { $0.type?.kind != .listInput }
      let count = graph.regions[graph.body].outputs.count
      expect(
        single.count == declared.count ? count == declared.count : count >= single.count,
        "the model has other outputs than it declares")
    }
  }

  private mutating func expect(_ condition: Bool, _ message: String) {
    if !condition { problems.append(message) }
  }

  /// Whether a region lists the node.
  private func isWritten(_ node: Node.ID) -> Bool {
    graph.regions.indices.contains { graph.regions[$0].nodes.contains(node) }
  }

  // MARK: Names

  private mutating func checkNames() {
    var nodes: Set<String> = []
    var values: Set<String> = []
    let paths = InstancePaths(graph)
    for region in graph.regions.indices {
      for node in graph.regions[region].nodes {
        let name = graph.nodes[node].name
        expect(nodes.insert(name).inserted, "two nodes are called \(name)")
        for output in graph.nodes[node].outputs.compactMap(\.self) {
          expect(!graph.values[output].name.isEmpty, "a result of \(name) has no name")
          expect(
            values.insert(graph.values[output].name).inserted, "two values are called \(graph.values[output].name)")
        }
        checkInverse(graph.nodes[node], paths)
      }
      for value in graph.regions[region].inputs + graph.regions[region].initializers.map(\.value) {
        expect(values.insert(graph.values[value].name).inserted, "two values are called \(graph.values[value].name)")
      }
    }
  }

  /// A node's name gives its instance's path and its number back, and they give the name.
  private mutating func checkInverse(_ node: Node, _ paths: InstancePaths) {
    guard let parts = NodeName(node.name, operatorType: node.operatorType) else {
      problems.append("\(node.name) does not come apart")
      return
    }
    let path = paths.path(of: node.origin.instance)
    expect(
      parts.labels.joined(separator: ".") == path, "\(node.name) comes apart as \(parts.labels), and is in \(path)")
    expect(parts.name(operatorType: node.operatorType) == node.name, "\(node.name) is made again as another name")
  }

  // MARK: Order

  /// Every input of a node is defined before it, in its region or in one around it.
  private mutating func checkOrder(_ region: Region.ID, visible: Set<Value.ID>) {
    var visible = visible.union(graph.regions[region].inputs)
    visible.formUnion(graph.regions[region].initializers.map(\.value))
    for node in graph.regions[region].nodes {
      for input in graph.nodes[node].inputs.compactMap(\.self) {
        expect(visible.contains(input), "\(graph.nodes[node].name) uses \(graph.values[input].name) before it is there")
      }
      for attribute in graph.nodes[node].attributes {
        guard case .graph(let inner) = attribute.value else { continue }
        expect(graph.regions[inner].owner == node, "a graph of \(graph.nodes[node].name) has another owner")
        checkOrder(inner, visible: visible)
      }
      visible.formUnion(graph.nodes[node].outputs.compactMap(\.self))
    }
    for output in graph.regions[region].outputs {
      expect(visible.contains(output), "the output \(graph.values[output].name) is nowhere defined")
    }
  }

  // MARK: Schemas

  /// The operator is in its operator set, with these inputs, results and attributes.
  private mutating func checkSchema(_ node: Node) {
    let opset = opsets[node.domain] ?? 1
    // What the text declares itself has no schema.
    if Catalogue.newestOpset(domain: node.domain) == nil { return }
    guard let schema = Catalogue.schema(domain: node.domain, name: node.operatorType, opset: opset) else {
      problems.append("opset \(opset) has no \(node.operatorType)")
      return
    }
    let isOpen = schema.inputs.last?.arity == .variadic
    expect(isOpen || node.inputs.count <= schema.inputs.count, "\(node.name) has too many inputs")
    for (index, parameter) in schema.inputs.enumerated() where parameter.arity == .single {
      let isGiven = index < node.inputs.count && node.inputs[index] != nil
      expect(isGiven, "\(node.name) lacks its input \(parameter.name)")
    }
    expect(
      schema.outputs.last?.arity == .variadic || node.outputs.count <= schema.outputs.count,
      "\(node.name) has too many results")
    for attribute in node.attributes {
      guard let fact = schema.attributes.first(where: { $0.name == attribute.name }) else {
        problems.append("\(node.operatorType) of opset \(opset) has no attribute \(attribute.name)")
        continue
      }
      expect(fact.kind == attribute.value.kind, "\(node.name): \(attribute.name) is of another kind than \(fact.kind)")
    }
    for fact in schema.attributes where fact.isRequired {
      expect(node[attribute: fact.name] != nil, "\(node.name) lacks its attribute \(fact.name)")
    }
    checkTypes(node, schema)
  }

  private mutating func checkTypes(_ node: Node, _ schema: OperatorSchema) {
    for (index, input) in node.inputs.enumerated() {
      guard let input, let parameter = schema.input(at: index), let type = graph.values[input].type.schemaName else {
        continue
      }
      let allowed = schema.typeConstraints[parameter.type] ?? [parameter.type]
      expect(allowed.contains(type), "\(node.name): \(parameter.name) is \(type)")
    }
  }
}

extension NodeName {
  /// The name that the naming rule makes of the parts.
  func name(operatorType: String) -> String {
    var name = ""
    for label in labels {
      name += "/"
      for character in label {
        if character == "/" || character == "\\" { name += "\\" }
        name.append(character)
      }
    }
    return name + "/" + operatorType + (number == 0 ? "" : "_\(number)")
  }
}

extension Attribute.Value {
  /// The kind that schemas give the value; a reference has none.
  fileprivate var kind: OperatorSchema.AttributeKind? {
    switch self {
    case .float: .float
    case .int: .int
    case .string: .string
    case .tensor: .tensor
    case .graph: .graph
    case .sparseTensor: .sparseTensor
    case .type: .type
    case .floats: .floats
    case .ints: .ints
    case .strings: .strings
    case .tensors: .tensors
    case .graphs: .graphs
    case .sparseTensors: .sparseTensors
    case .types: .types
    case .reference: nil
    }
  }
}
