import Graphs

extension MicaPrinter {
  /// A function of the model as an operator with a body.
  mutating func printFunction(_ function: Function) throws(InexpressibleModel) {
    if let annotation = Self.operatorAnnotation(
      function.domain, function.name, overload: function.overload, isFunction: true)
    {
      line(annotation)
    }
    if function.opsetImports.isEmpty { line("@no_opsets") }
    if function.opsetImports != model.opsetImports {
      for opset in function.opsetImports { line(Self.annotation(opset)) }
    }
    for annotation in Self.annotations(function.annotations) { line(annotation) }
    for attribute in function.attributeDefaults {
      for annotation in annotations(of: attribute) { line(annotation) }
    }
    let body = graph.regions[graph.body]
    if !body.quantization.isEmpty || !body.initializers.isEmpty || !body.sparseInitializers.isEmpty {
      throw InexpressibleModel("a function with tensors of its own")
    }
    var parameters: [String] = []
    for input in body.inputs {
      guard otherNames[input] == nil else {
        throw InexpressibleModel("two inputs of the name `\(graph.values[input].name)`")
      }
      parameters.append("\(textName(input)): ?")
    }
    let kinds = kindsOfReferences
    parameters += function.attributes.map { "\(Self.name($0)): \(Self.configurationType(kinds[$0] ?? 0))" }
    for attribute in function.attributeDefaults {
      let value = try spelling(
        of: attribute, at: StoredTensors.place(ofDefault: attribute.name, prefix: prefix), isElement: false)
      parameters.append(
        "\(Self.name(attribute.name)): \(Self.configurationType(attribute.value.kindNumber)) = \(value)")
    }
    let outputs = body.outputs.map { "\(textName($0)): ?" }.joined(separator: ", ")
    let name = Self.operatorPath(function.domain, function.name, overload: function.overload)
    line("operator \(name)(\(parameters.joined(separator: ", "))) -> (\(outputs)) {")
    try printBody()
  }

  /// An operator set of a function, or of a model whose `use` does not say it.
  static func annotation(_ opset: OpsetImport) -> String {
    let raw = opset.unknownFields.isEmpty ? "" : ", \"\(MicaString.base64(opset.unknownFields))\""
    return "@use(\(MicaString.quoted(opset.domain)), \(opset.version)\(raw))"
  }

  /// The kinds of the attributes of the function at hand as its nodes pass them on.
  var kindsOfReferences: [String: Int] {
    var kinds: [String: Int] = [:]
    for attribute in function?.attributeDefaults ?? [] { kinds[attribute.name] = attribute.value.kindNumber }
    let defaults = Set(kinds.keys)
    for name in function?.attributes ?? [] where !defaults.contains(name) { kinds[name] = 0 }
    for node in graph.nodes.indices {
      for attribute in graph.nodes[node].attributes {
        guard case .reference(let name, let kind) = attribute.value, kinds[name] == 0,
          Self.configurationTypes[kind] != nil
        else { continue }
        kinds[name] = kind
      }
    }
    return kinds
  }

  /// What the configuration of an operator is called that has attributes of a kind.
  private static func configurationType(_ kind: Int) -> String { configurationTypes[kind] ?? "any" }

  /// The same, by the numbers of AttributeProto.AttributeType.
  private static let configurationTypes = [
    1: "float", 2: "int", 3: "string", 4: "tensor", 5: "graph", 6: "[float]", 7: "[int]", 8: "[string]", 9: "[tensor]",
    10: "[graph]", 11: "sparse_tensor", 12: "[sparse_tensor]", 13: "type", 14: "[type]",
  ]
}
