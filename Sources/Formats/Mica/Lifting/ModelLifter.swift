package import Graphs
import Tensors

/// Writes models as Mica text for reading: expressions in each other, small tensors as numbers, layers as `repeat`.
///
/// The text is `@imported`: names, order and everything beside the computation are those of the model's file, which it
/// names as its weights. Whoever uses it proves the text: it says what the model computes only as far as it reads back so.
package struct ModelLifter {
  /// How much is done for the reader.
  package struct Style: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Layers become `repeat`.
    package static let repetitions = Style(rawValue: 1)
    /// Small tensors that calls take lose their element types where an operator wants them to be i64.
    package static let plainNumbers = Style(rawValue: 2)

    package static let full: Style = [.repetitions, .plainNumbers]
  }

  /// How a node is written that does not read back as it is from a statement for reading.
  package enum Plainness: Int, Sendable {
    /// As a call in a statement of its own, with all attributes, the element types of numbers, and the annotations that
    /// its operator or its attributes need.
    case spelled
    /// Likewise, and in no repetition.
    case alone
  }

  let model: Model
  let graph: Graph
  let style: Style
  /// The nodes that nothing is done for.
  let plain: [Node.ID: Plainness]
  let leaves: LeafTensors
  /// Attributes that need not be written.
  let implied: ImpliedAttributes
  var printer: MicaPrinter
  var names: LiftedNames
  /// The names of values, for subgraphs that use them.
  var valueNames: [Value.ID: String] = [:]

  /// What any node uses.
  private let used: Set<Value.ID>
  /// How many nodes bear the names of each module.
  private let moduleSizes: [Substring: Int]
  /// The results of a module with more nodes are not called after it.
  private static let maximumModuleSize = 24

  /// Lines have this many columns.
  static let width = 100

  private init(
    _ model: Model, weights: String, qualified: Set<String>, implied: ImpliedAttributes, style: Style,
    plain: [Node.ID: Plainness]
  ) {
    self.model = model
    self.style = style
    self.plain = plain
    graph = model.graph
    leaves = LeafTensors(model.graph)
    self.implied = implied
    printer = MicaPrinter(
      model, model.graph, weights: weights, qualified: qualified.union(model.functions.map(\.name)))
    var sizes: [Substring: Int] = [:]
    for node in model.graph.nodes.indices where model.graph.nodes[node].constant == nil {
      if let module = model.graph.nodes[node].module { sizes[module, default: 0] += 1 }
    }
    moduleSizes = sizes
    var used: Set<Value.ID> = []
    for node in model.graph.nodes.indices { used.formUnion(model.graph.nodes[node].arguments.compactMap(\.self)) }
    self.used = used
    let body = model.graph.regions[model.graph.body]
    let ports = (body.inputs + body.outputs).map { model.graph.values[$0] }
    names = LiftedNames(
      taken: Set(ports.map(\.name) + ports.flatMap { $0.type.dimensionNames }).union([body.name, "i", "j", "k"]))
  }

  /// The text of a model.
  ///
  /// - Parameters:
  ///   - weights: the path of the model's file as the text is to name it.
  ///   - qualified: names that mean something else than an operator where they stand alone.
  ///   - implied: attributes that need not be written.
  ///   - plain: the nodes that are written out, whatever the style.
  /// - Throws: where there is something that such a text has no spelling for.
  package static func text(
    of model: Model, weights: String, qualified: Set<String>, implied: ImpliedAttributes, style: Style = .full,
    plain: [Node.ID: Plainness] = [:]
  ) throws(InexpressibleModel) -> String {
    var lifter = ModelLifter(
      model, weights: weights, qualified: qualified, implied: implied, style: style, plain: plain)
    return try lifter.text(weights: weights)
  }

  private mutating func text(weights: String) throws(InexpressibleModel) -> String {
    let body = graph.regions[graph.body]
    var lines = model.opsetImports.map { opset in
      "use \(opset.domain.isEmpty ? "onnx" : MicaPrinter.path(opset.domain)) \(opset.version)"
    }
    lines += ["", "@imported"]
    let initialized = Set(body.initializers.map(\.value))
    var outer: [Value.ID] = body.inputs
    var inputs: [String] = []
    for input in body.inputs {
      let value = graph.values[input]
      let name = MicaPrinter.name(value.name)
      valueNames[input] = name
      let tensor = initialized.contains(input) ? " = $\(name)" : ""
      inputs.append("\(name): \(try MicaPrinter.type(value.type, of: value.name))\(tensor)")
    }
    var outputs: [String] = []
    for output in body.outputs {
      let value = graph.values[output]
      outputs.append("\(MicaPrinter.name(value.name)): \(try MicaPrinter.type(value.type, of: value.name))")
    }
    let name = body.name.isEmpty ? "``" : MicaPrinter.name(body.name)
    lines.append(
      "model \(name)(\(inputs.joined(separator: ", "))) -> (\(outputs.joined(separator: ", "))) {")
    lines += ["    weights \(MicaString.quoted(weights))", ""]
    lines += unusedInitializers()
    lines += try self.body(of: graph.body, outer: &outer, depth: 1)
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// Initialisers that nothing uses, so that they stay.
  private func unusedInitializers() -> [String] {
    let body = graph.regions[graph.body]
    var used = used.union(body.inputs)
    for region in graph.regions.indices { used.formUnion(graph.regions[region].outputs) }
    return body.initializers.filter { !used.contains($0.value) }
      .map { "    _ = $\(MicaPrinter.name(graph.values[$0.value].name))" }
  }

  /// The lines of a region, with what it returns.
  mutating func body(of region: Region.ID, outer: inout [Value.ID], depth: Int) throws(InexpressibleModel) -> [String] {
    let list = try StepList(
      region, of: graph, leaves: leaves, used: used, implied: implied, plain: plain, outer: &outer)
    var writer = StepWriter(list, outer: outer.map { valueNames[$0] ?? "?" }, depth: depth, counters: [])
    writer.returns = region != graph.body
    var statements = try writer.statements(&self)
    var results: [String] = []
    for (reference, value) in zip(list.results, graph.regions[region].outputs) {
      results.append(reference == .tensor ? try tensorText(value).text : writer.text(of: reference))
    }
    let indent = String(repeating: "    ", count: depth)
    let returned = results.isEmpty ? "return" : "return \(results.joined(separator: ", "))"
    if returned.utf8.count + indent.utf8.count > Self.width, writer.returns {
      // Too long for a line: what was kept for it gets names.
      let bound = writer.bindPending(&self)
      let names = zip(list.results, results).map { $0 == .tensor ? $1 : writer.name(of: $0) }
      statements += bound
      return statements.flatMap(\.lines) + ["\(indent)return \(names.joined(separator: ", "))"]
    }
    return statements.flatMap(\.lines) + [indent + returned]
  }

  /// What a node's result is called after.
  func stem(of node: Node) -> String {
    let module = node.module
    let isSmall = module.flatMap { moduleSizes[$0] }.map { $0 <= Self.maximumModuleSize } ?? false
    return LiftedNames.stem(of: node, in: isSmall ? module : nil)
  }

  // MARK: Tensors and attributes

  /// A stored tensor as an argument: small ones that have no name of their own as a literal, others by their names.
  func tensorText(_ value: Value.ID) throws(InexpressibleModel) -> RoundText {
    guard let leaf = leaves[value] else { throw InexpressibleModel("`\(graph.values[value].name)`") }
    let literal = MicaLiteral.spelling(leaf.tensor)
    switch leaf.source {
    case .constant(let node):
      if let literal { return .other(literal) }
      return .tensor(StoredTensors.place(of: "value", of: node))
    case .initializer(let region, _):
      let name = graph.values[value].name
      if let literal, leaf.tensor.isNumber || Self.isMadeUp(name) { return .other(literal) }
      if region == graph.body { return .tensor(name) }
      guard let owner = graph.regions[region].owner,
        let attribute = graph.nodes[owner].attributes.first(where: { $0.value.regions.contains(region) })
      else { throw InexpressibleModel("an initialiser of the subgraph `\(graph.regions[region].name)`") }
      return .tensor("\(StoredTensors.place(of: attribute.name, of: owner)).\(name)")
    }
  }

  /// Whether a name is one that exporters make for constants.
  private static func isMadeUp(_ name: String) -> Bool {
    name.contains("onstant") || name.hasPrefix("onnx::") || name.first?.isNumber == true || name.hasPrefix("_")
  }

  /// An attribute's value; subgraphs are no matter of this.
  mutating func attributeText(_ attribute: Attribute, of node: Node.ID) throws(InexpressibleModel) -> RoundText {
    let text = try printer.spelling(of: attribute, of: node)
    switch attribute.value {
    case .int, .ints: return .integers(text)
    default:
      if text.hasPrefix("$"), case .tensor = attribute.value {
        return .tensor(StoredTensors.place(of: attribute.name, of: node))
      }
      return .other(text)
    }
  }
}

extension Tensor {
  /// A scalar, or integers.
  fileprivate var isNumber: Bool { sizes.isEmpty || element.isInteger || element == .bool }
}

extension ValueType {
  /// The names of all sizes in the type.
  fileprivate var dimensionNames: [String] {
    switch self {
    case .tensor(let type), .sparseTensor(let type): type.shape?.dimensions.flatMap { Array($0.symbols) } ?? []
    case .sequence(let element), .optional(let element): element.dimensionNames
    case .map(_, let value): value.dimensionNames
    case .unknown: []
    }
  }
}
