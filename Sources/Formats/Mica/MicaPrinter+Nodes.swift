import Graphs
import Tensors

extension MicaPrinter {
  /// A statement for each node, in the order of the file.
  mutating func printNodes(of id: Region.ID) throws(InexpressibleModel) {
    let region = graph.regions[id]
    guard region.sparseInitializers.isEmpty else { throw InexpressibleModel("a sparse initialiser") }
    let recorded = RecordedTypes(of: id, in: graph)
    if id != graph.body {
      for initializer in region.initializers { try printInitializer(graph.values[initializer.value].name, of: id) }
    }
    for value in recorded.ofPorts {
      if case .undefined = graph.values[value].definition {
        throw InexpressibleModel("a recorded type of `\(graph.values[value].name)`, which nothing defines")
      }
      let isStored = if case .initializer(graph.body) = graph.values[value].definition { true } else { false }
      let name = Self.name(graph.values[value].name)
      let others = isStored ? annotations(of: value) : []
      let target = (others + [try annotation(value, recorded, in: region), "_"]).joined(separator: " ")
      line("\(others.isEmpty ? target : "(\(target))") = \(isStored ? "$" : "")\(name)")
    }
    for node in region.nodes { try printNode(node, recorded: recorded, in: region) }
  }

  /// An initialiser of a subgraph, by its place in the file.
  private mutating func printInitializer(_ name: String, of region: Region.ID) throws(InexpressibleModel) {
    guard let owner = graph.regions[region].owner,
      let attribute = graph.nodes[owner].attributes.first(where: { $0.value.isGraph(region) })
    else { throw InexpressibleModel("an initialiser of the subgraph `\(graph.regions[region].name)`") }
    let place = StoredTensors.place(of: attribute.name, of: owner)
    line("\(Self.name(name)) = $\(Self.name("\(place).\(name)"))")
  }

  /// `@recorded` for a value.
  private func annotation(
    _ value: Value.ID, _ recorded: RecordedTypes, in region: Region
  ) throws(InexpressibleModel) -> String {
    let type = try Self.type(region.recordedTypes[value] ?? graph.values[value].type, of: graph.values[value].name)
    let position = recorded.positions[value].map { ", \($0)" } ?? ""
    return "@recorded(type \(type)\(position))"
  }

  private mutating func printNode(
    _ id: Node.ID, recorded: RecordedTypes, in region: Region
  ) throws(InexpressibleModel) {
    let node = graph.nodes[id]
    guard !node.outputs.isEmpty else { throw InexpressibleModel("\(describe(node)), which has no output") }
    guard node.deviceConfigurations.isEmpty else { throw InexpressibleModel("the devices of \(describe(node))") }
    for annotation in try annotations(of: node) { line(annotation) }
    var targets: [String] = []
    for (index, output) in node.outputs.enumerated() {
      guard let output else {
        targets.append("_")
        continue
      }
      var annotations = outputValues.contains(output) ? [] : self.annotations(of: output)
      if recorded.values.contains(output) { annotations.append(try annotation(output, recorded, in: region)) }
      let target = (annotations + [Self.name(graph.values[output].name)]).joined(separator: " ")
      targets.append(index == 0 && !annotations.isEmpty ? "(\(target))" : target)
    }
    var arguments = [try self.arguments(node.inputs)].filter { !$0.isEmpty }
    for attribute in node.attributes {
      arguments.append("\(Self.name(attribute.name))=\(try spelling(of: attribute, of: id))")
    }
    let call = callee(node) + (arguments.isEmpty ? "()" : "(\(arguments.joined(separator: ", ")))")
    line("\(targets.joined(separator: ", ")) = \(call)")
  }

  /// Inputs of a node or results of a graph.
  func arguments(_ values: [Value.ID?]) throws(InexpressibleModel) -> String {
    var arguments: [String] = []
    for value in values {
      guard let value else {
        arguments.append("_")
        continue
      }
      let name = graph.values[value].name
      switch graph.values[value].definition {
      case .initializer(graph.body): arguments.append("$" + Self.name(name))
      case .undefined: throw InexpressibleModel("`\(name)`, which nothing defines")
      case .input, .initializer, .result: arguments.append(Self.name(name))
      }
    }
    return arguments.joined(separator: ", ")
  }

  /// A node in words.
  func describe(_ node: Node) -> String {
    let name = node.name.isEmpty ? node.outputs.lazy.compactMap { $0 }.first.map { graph.values[$0].name } : node.name
    return "the \(node.operatorType) `\(name ?? "")`"
  }
}

extension Attribute.Value {
  /// Whether it is that subgraph.
  fileprivate func isGraph(_ region: Region.ID) -> Bool {
    if case .graph(region) = self { true } else { false }
  }
}
