import Graphs
import Tensors

extension MicaPrinter {
  /// A statement for each node, in the order of the file as far as that is one in which they can run.
  mutating func printNodes(of id: Region.ID) throws(InexpressibleModel) {
    let region = graph.regions[id]
    let named = region.inputs + region.outputs + region.valueInfo + region.initializers.map(\.value)
    guard named.allSatisfy({ !graph.values[$0].name.isEmpty }) else {
      throw InexpressibleModel("an input, output or tensor of the graph `\(region.name)` without a name")
    }
    let nodes = graph.executionOrder(of: id).order
    let recorded = RecordedTypes(of: id, in: graph, nodes: nodes)
    if id != graph.body {
      for initializer in region.initializers { try printInitializer(initializer.value, of: id) }
      for initializer in region.sparseInitializers { try printInitializer(initializer.value, of: id) }
    }
    for value in graph.earlyUses(of: nodes) { line("\(textName(value)) = none") }
    for value in recorded.ofPorts {
      let isStored = graph.values[value].isInitializer(of: graph.body)
      let isUndefined = id == graph.body && graph.values[value].isUndefined
      let isOfFunction = id == graph.body && function != nil
      let others = isStored || isUndefined || isOfFunction ? annotations(of: value) : []
      let name = isUndefined ? textName(value) : "_"
      let target = (others + [try annotation(value, recorded, in: region), name]).joined(separator: " ")
      let source = isUndefined ? "none" : isStored ? try reference(value) : textName(value)
      line("\(others.isEmpty ? target : "(\(target))") = \(source)")
    }
    let places =
      nodes == region.nodes ? [:] : Dictionary(uniqueKeysWithValues: region.nodes.enumerated().map { ($1, $0) })
    for (index, node) in nodes.enumerated() {
      if let place = places[node], place != index { line("@position(\(place))") }
      try printNode(node, recorded: recorded, in: region)
    }
  }

  /// `return` with what a region says of its outputs, or where it records types, otherwise than of the values elsewhere.
  mutating func printReturn(of id: Region.ID) throws(InexpressibleModel) {
    let region = graph.regions[id]
    for (index, description) in region.otherOutputs.sorted(by: { $0.key < $1.key }) {
      line("@output(\(index)\(try Self.arguments(description, of: graph.values[region.outputs[index]].name)))")
    }
    for (index, description) in region.otherRecords.sorted(by: { $0.key < $1.key }) {
      let value = region.valueInfo[index]
      let isAgain = region.valueInfo.prefix(index).contains(value)
      let subject = isAgain ? ", of=\(MicaString.quoted(otherNames[value] ?? graph.values[value].name))" : ""
      line("@record(\(index)\(try Self.arguments(description, of: graph.values[value].name))\(subject))")
    }
    line("return \(try arguments(region.outputs.map { $0 }))")
  }

  /// What a list of values says of one, as arguments behind others.
  private static func arguments(
    _ description: ValueDescription, of name: String
  ) throws(InexpressibleModel) -> String {
    func list(_ texts: [String]) -> String { "[\(texts.map(MicaString.quoted).joined(separator: ", "))]" }
    let (denotation, annotations) = (description.denotation, description.annotations)
    var text = ""
    if description.type != .unknown { text += ", type \(try type(description.type, denotation, of: name))" }
    if let denotation {
      if denotation.isSpelt { text += ", denotation=" + list([denotation.type] + denotation.axes) }
      if !denotation.verbatim.isEmpty { text += ", raw_type=\"\(MicaString.base64(denotation.verbatim))\"" }
    }
    if !annotations.doc.isEmpty { text += ", doc=\(MicaString.quoted(annotations.doc))" }
    if !annotations.metadata.isEmpty { text += ", meta=" + list(annotations.metadata.flatMap { [$0.key, $0.value] }) }
    if annotations.metadata.contains(where: { !$0.unknownFields.isEmpty }) {
      text += ", raw_meta=" + list(annotations.metadata.map { MicaString.base64($0.unknownFields) })
    }
    if !annotations.unknownFields.isEmpty { text += ", raw=\"\(MicaString.base64(annotations.unknownFields))\"" }
    return text
  }

  /// The values of a region in the order in which their annotations stand in the text.
  func order(of id: Region.ID) -> [Value.ID] {
    let region = graph.regions[id]
    let nodes = graph.executionOrder(of: id).order
    let ports = RecordedTypes(of: id, in: graph, nodes: nodes).ofPorts.filter { value in
      graph.values[value].isInitializer(of: graph.body) || id == graph.body && graph.values[value].isUndefined
    }
    let undefined = graph.values.indices.filter {
      id == graph.body && graph.values[$0].isUndefined && !ports.contains($0)
    }
    let results = nodes.flatMap { graph.nodes[$0].outputs.compactMap(\.self) }
    let outputs = id == graph.body && function == nil ? region.outputs : []
    var seen: Set<Value.ID> = []
    return (region.inputs + undefined + ports + results.filter { !outputs.contains($0) } + outputs)
      .filter { seen.insert($0).inserted }
  }

  /// An initialiser of a subgraph, by its place in the file.
  private mutating func printInitializer(_ value: Value.ID, of region: Region.ID) throws(InexpressibleModel) {
    let name = graph.values[value].name
    guard otherNames[value] == nil, let place = place(of: region) else {
      throw InexpressibleModel("the initialiser `\(name)` of the subgraph `\(graph.regions[region].name)`")
    }
    line("\(textName(value)) = $\(Self.name("\(place).\(name)"))")
  }

  /// The place of a subgraph: the attribute or default that it is, or the element of one.
  private func place(of region: Region.ID) -> String? {
    let owner = graph.regions[region].owner
    for attribute in owner.map({ graph.nodes[$0].attributes }) ?? function?.attributeDefaults ?? [] {
      guard let index = attribute.value.regions.firstIndex(of: region) else { continue }
      let place =
        owner.map { StoredTensors.place(of: attribute.name, of: $0, prefix: prefix) }
        ?? StoredTensors.place(ofDefault: attribute.name, prefix: prefix)
      if case .graphs = attribute.value { return "\(place).\(index)" }
      return place
    }
    return nil
  }

  /// `@recorded` for a value.
  private func annotation(
    _ value: Value.ID, _ recorded: RecordedTypes, in region: Region
  ) throws(InexpressibleModel) -> String {
    let recordedType = region.recordedTypes[value] ?? graph.values[value].type
    let type = try Self.type(recordedType, graph.values[value].denotation, of: graph.values[value].name)
    let position = recorded.positions[value].map { ", \($0)" } ?? ""
    return "@recorded(type \(type)\(position))"
  }

  private mutating func printNode(
    _ id: Node.ID, recorded: RecordedTypes, in region: Region
  ) throws(InexpressibleModel) {
    let node = graph.nodes[id]
    for annotation in annotations(of: node) { line(annotation) }
    var targets: [String] = []
    for (index, output) in node.outputs.enumerated() {
      guard let output else {
        targets.append("_")
        continue
      }
      var annotations = outputValues.contains(output) ? [] : self.annotations(of: output)
      if recorded.values.contains(output) { annotations.append(try annotation(output, recorded, in: region)) }
      let target = (annotations + [textName(output)]).joined(separator: " ")
      targets.append(index == 0 && !annotations.isEmpty ? "(\(target))" : target)
    }
    if targets.isEmpty {
      line("@no_outputs")
      targets = ["_"]
    }
    var arguments = [try self.arguments(node.inputs)].filter { !$0.isEmpty }
    if let name = node.repeatedAttribute {
      throw InexpressibleModel(
        "the node `\(node.name)`, a \(node.operatorType), which has the attribute `\(name)` twice")
    }
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
      arguments.append(try value.map { (value) throws(InexpressibleModel) in try reference(value) } ?? "_")
    }
    return arguments.joined(separator: ", ")
  }

  /// A value where it is used.
  func reference(_ value: Value.ID) throws(InexpressibleModel) -> String {
    guard graph.values[value].isInitializer(of: graph.body) else { return textName(value) }
    let name = graph.values[value].name
    guard otherNames[value] == nil else { throw InexpressibleModel("two initialisers of the name `\(name)`") }
    return "$" + storedName(name)
  }
}

extension Node {
  /// The name of an attribute that another one of the node has.
  fileprivate var repeatedAttribute: String? {
    guard attributes.count > 1 else { return nil }
    var names: Set<String> = []
    return attributes.first { !names.insert($0.name).inserted }?.name
  }
}

extension Value {
  fileprivate func isInitializer(of region: Region.ID) -> Bool {
    if case .initializer(region) = definition { true } else { false }
  }
}
