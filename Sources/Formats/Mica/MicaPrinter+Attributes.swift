import Graphs
import Tensors

extension MicaPrinter {
  /// The value of an attribute of a node.
  mutating func spelling(of attribute: Attribute, of node: Node.ID) throws(InexpressibleModel) -> String {
    try spelling(
      of: attribute, at: StoredTensors.place(of: attribute.name, of: node, prefix: prefix),
      isElement: Self.elementAttributes.contains(attribute.name) && graph.nodes[node].domain.isEmpty)
  }

  /// The value of an attribute.
  ///
  /// - Parameters:
  ///   - place: where it is in the file, for its tensors.
  ///   - isElement: whether an integer is the number of an element type.
  mutating func spelling(
    of attribute: Attribute, at place: String, isElement: Bool
  ) throws(InexpressibleModel) -> String {
    switch attribute.value {
    case .float(let value): return MicaNumber.spelling(value)
    case .int(let value):
      if isElement, let element = UInt8(exactly: value).flatMap(ElementType.init(rawValue:)) {
        return element.spelling
      }
      return MicaNumber.spelling(value)
    case .string(let bytes): return MicaString.quoted(bytes: bytes)
    case .tensor(let tensor): return MicaLiteral.spelling(tensor) ?? "$" + Self.name(place)
    case .graph(let region): return try literal(of: region)
    case .sparseTensor(let tensor): return MicaLiteral.spelling(tensor) ?? "$" + Self.name(place)
    case .floats(let values): return Self.list(values.map { MicaNumber.spelling($0) }, empty: "floats")
    case .ints(let values): return Self.list(values.map { MicaNumber.spelling($0) }, empty: "ints")
    case .strings(let values): return Self.list(values.map { MicaString.quoted(bytes: $0) }, empty: "strings")
    case .type(let type): return try Self.literal(of: type, attribute)
    case .tensors(let values):
      let spellings = values.enumerated().map { MicaLiteral.spelling($1) ?? "$" + Self.name("\(place).\($0)") }
      return Self.list(spellings, empty: "tensors")
    case .sparseTensors(let values):
      let spellings = values.enumerated().map { MicaLiteral.spelling($1) ?? "$" + Self.name("\(place).\($0)") }
      return Self.list(spellings, empty: "sparse_tensors")
    case .graphs(let regions):
      var spellings: [String] = []
      for region in regions { spellings.append(try literal(of: region)) }
      return Self.list(spellings, empty: "graphs")
    case .types(let types):
      var spellings: [String] = []
      for type in types { spellings.append(try Self.literal(of: type, attribute)) }
      return Self.list(spellings, empty: "types")
    case .reference(let name, _): return isSpelt(attribute.value) ? Self.name(name) : "_"
    }
  }

  /// Whether the text can say an attribute's value as an argument.
  func isSpelt(_ value: Attribute.Value) -> Bool {
    guard case .reference(let name, let kind) = value else { return true }
    return kind != 0 && !name.isEmpty && kindsOfReferences[name] == kind
  }

  private static func literal(
    of type: ValueType, _ attribute: Attribute
  ) throws(InexpressibleModel) -> String {
    return "type " + (try Self.type(type, of: attribute.name))
  }

  /// Attributes of ONNX's own operators that are numbers of element types.
  private static let elementAttributes: Set<String> = ["to", "dtype", "output_dtype", "output_datatype"]

  private static func list(_ elements: [String], empty: String) -> String {
    elements.isEmpty ? "\(empty) []" : "[\(elements.joined(separator: ", "))]"
  }

  /// Whether something is written as `$`.
  var usesStoredTensors: Bool {
    let hasInitializers = graph.regions.indices.contains { region in
      !graph.regions[region].initializers.isEmpty || !graph.regions[region].sparseInitializers.isEmpty
    }
    return hasInitializers
      || (function?.attributeDefaults ?? []).contains { $0.value.usesStoredTensors }
      || graph.nodes.indices.contains { graph.nodes[$0].attributes.contains { $0.value.usesStoredTensors } }
  }

  /// A subgraph, over several lines; the first goes behind what calls it.
  private mutating func literal(of region: Region.ID) throws(InexpressibleModel) -> String {
    let inputs = graph.regions[region].inputs.isEmpty ? "" : "(\(try self.inputs(of: region))) "
    let outer = exchange(lines: [])
    try indented { printer throws(InexpressibleModel) in
      try printer.printNodes(of: region)
      try printer.printReturn(of: region)
    }
    line("}")
    return "\(inputs){\n" + exchange(lines: outer).joined(separator: "\n")
  }
}

extension Attribute.Value {
  /// Whether a tensor in it has no literal.
  fileprivate var usesStoredTensors: Bool {
    switch self {
    case .tensor(let tensor): MicaLiteral.spelling(tensor) == nil
    case .tensors(let tensors): tensors.contains { MicaLiteral.spelling($0) == nil }
    case .sparseTensor(let tensor): MicaLiteral.spelling(tensor) == nil
    case .sparseTensors(let tensors): tensors.contains { MicaLiteral.spelling($0) == nil }
    default: false
    }
  }
}
