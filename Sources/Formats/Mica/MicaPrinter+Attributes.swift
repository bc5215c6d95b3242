import Graphs
import Tensors

extension MicaPrinter {
  /// The value of an attribute.
  mutating func spelling(of attribute: Attribute, of node: Node.ID) throws(InexpressibleModel) -> String {
    func fail(_ what: String) -> InexpressibleModel {
      InexpressibleModel("the attribute `\(attribute.name)` of \(describe(graph.nodes[node])), \(what)")
    }
    guard attribute.annotations.isEmpty else { throw fail("which has a doc_string or unknown fields") }
    switch attribute.value {
    case .float(let value):
      guard let spelling = MicaNumber.spelling(value) else { throw fail("an unusual NaN") }
      return spelling
    case .int(let value):
      if Self.elementAttributes.contains(attribute.name), graph.nodes[node].domain.isEmpty,
        let element = UInt8(exactly: value).flatMap(ElementType.init(rawValue:))
      {
        return element.spelling
      }
      return MicaNumber.spelling(value)
    case .string(let bytes): return MicaString.quoted(bytes: bytes)
    case .tensor(let tensor):
      if tensor.name.isEmpty, tensor.annotations.isEmpty, let literal = MicaLiteral.spelling(tensor.tensor) {
        return literal
      }
      return "$" + Self.name(StoredTensors.place(of: attribute.name, of: node))
    case .graph(let region): return try literal(of: region)
    case .floats(let values):
      let spellings = values.compactMap { MicaNumber.spelling($0) }
      guard spellings.count == values.count else { throw fail("an unusual NaN") }
      return Self.list(spellings, empty: "floats")
    case .ints(let values): return Self.list(values.map { MicaNumber.spelling($0) }, empty: "ints")
    case .strings(let values): return Self.list(values.map { MicaString.quoted(bytes: $0) }, empty: "strings")
    case .type(let type): return "type " + (try Self.type(type, of: attribute.name))
    case .sparseTensor: throw fail("a sparse tensor")
    case .tensors: throw fail("a list of tensors")
    case .graphs: throw fail("a list of graphs")
    case .sparseTensors: throw fail("a list of sparse tensors")
    case .types: throw fail("a list of types")
    case .reference: throw fail("a reference to an attribute of a function, or of an unknown kind")
    }
  }

  /// Attributes of ONNX's own operators that are numbers of element types.
  private static let elementAttributes: Set<String> = ["to", "dtype", "output_dtype", "output_datatype"]

  private static func list(_ elements: [String], empty: String) -> String {
    elements.isEmpty ? "\(empty) []" : "[\(elements.joined(separator: ", "))]"
  }

  /// Whether something is written as `$`.
  var usesStoredTensors: Bool {
    if graph.regions.indices.contains(where: { !graph.regions[$0].initializers.isEmpty }) { return true }
    return graph.nodes.indices.contains { node in
      graph.nodes[node].attributes.contains { attribute in
        guard case .tensor(let tensor) = attribute.value else { return false }
        return !tensor.name.isEmpty || !tensor.annotations.isEmpty || MicaLiteral.spelling(tensor.tensor) == nil
      }
    }
  }

  /// A subgraph, over several lines; the first goes behind what calls it.
  private mutating func literal(of region: Region.ID) throws(InexpressibleModel) -> String {
    let inputs = graph.regions[region].inputs.isEmpty ? "" : "(\(try self.inputs(of: region))) "
    let outer = exchange(lines: [])
    try indented { printer throws(InexpressibleModel) in
      try printer.printNodes(of: region)
      printer.line("return \(try printer.arguments(printer.graph.regions[region].outputs.map { $0 }))")
    }
    line("}")
    return "\(inputs){\n" + exchange(lines: outer).joined(separator: "\n")
  }
}
