package import Graphs
import Tensors
import Texts

/// Writes models as Mica text at the level of operators: a statement for each node, tensors as `$name` of the model's own
/// file.
///
/// The text is `@verbatim`: it says all names and recorded types that the file has.
package struct MicaPrinter {
  /// What the text names its weights file.
  let weights: String
  /// Names that need a qualifier to mean an operator, since the library has a block of the name, or the model a function.
  let qualified: Set<String>
  let model: Model
  /// The graph that is printed: the model's, a function's, or one for training.
  let graph: Graph
  /// The function whose graph it is.
  let function: Function?
  /// What the places of tensors in this graph begin with.
  let prefix: String
  /// The names of all values: an operator of such a name is qualified too.
  private let valueNames: Set<String>
  /// The names that values have in the text where others have theirs.
  let otherNames: [Value.ID: String]
  /// The values that the signature declares as outputs, with their descriptions.
  let outputValues: Set<Value.ID>
  /// What is quantized.
  private(set) var quantization = QuantizationPlan(of: Graph()) { _ in [] }
  private(set) var lines: [String] = []
  private var indentation = 0

  init(
    _ model: Model, _ graph: Graph, function: Function? = nil, prefix: String = "", weights: String,
    qualified: Set<String>
  ) {
    self.model = model
    self.weights = weights
    self.qualified = qualified
    self.graph = graph
    self.function = function
    self.prefix = prefix
    var names = Set(graph.values.indices.map { graph.values[$0].name })
    names.formUnion(function.map { $0.attributes + $0.attributeDefaults.map(\.name) } ?? [])
    valueNames = names
    var others: [Value.ID: String] = [:]
    for value in graph.shadowed {
      let free = (2...).lazy.map { "\(graph.values[value].name) \($0)" }.first { !names.contains($0) }
      guard let free else { continue }
      names.insert(free)
      others[value] = free
    }
    otherNames = others
    outputValues = function == nil ? Set(graph.regions[graph.body].outputs) : []
    quantization = QuantizationPlan(of: graph) { [self] in order(of: $0) }
  }

  /// The text of a model.
  ///
  /// - Parameters:
  ///   - weights: the path of the model's file as the text is to name it.
  ///   - qualified: names that mean something else than an operator where they stand alone.
  /// - Throws: where there is something that the language has no spelling for.
  package static func text(
    of model: Model, weights: String, qualified: Set<String>
  ) throws(InexpressibleModel) -> String {
    let names = MicaPrinter(model, model.graph, weights: weights, qualified: []).modelNames
    let qualified = qualified.union(model.functions.map(\.name)).union(names)
    var printer = MicaPrinter(model, model.graph, weights: weights, qualified: qualified)
    try printer.printModel()
    for (index, function) in model.functions.enumerated() {
      var inner = MicaPrinter(
        model, function.graph, function: function, prefix: StoredTensors.prefix(ofFunction: index), weights: weights,
        qualified: qualified)
      try inner.printFunction(function)
      printer.lines += [""] + inner.lines
    }
    var trainingNames = names.dropFirst()
    for (index, training) in model.training.enumerated() {
      for (part, graph) in [("initialization", training.initialization), ("algorithm", training.algorithm)] {
        guard let graph else { continue }
        var inner = MicaPrinter(
          model, graph, prefix: StoredTensors.prefix(of: part, index), weights: weights, qualified: qualified)
        let number = index == 0 ? "" : ", \(index)"
        try inner.printGraph(["@training(\"\(part)\"\(number))"], name: trainingNames.popFirst() ?? "")
        printer.lines += [""] + inner.lines
      }
    }
    return printer.lines.joined(separator: "\n") + "\n"
  }

  mutating func line(_ text: String) { lines.append(String(repeating: "    ", count: indentation) + text) }

  /// Puts other lines in the place of those written so far, and gives these.
  mutating func exchange(lines: [String]) -> [String] {
    let written = self.lines
    self.lines = lines
    return written
  }

  mutating func indented(_ body: (inout MicaPrinter) throws(InexpressibleModel) -> Void) throws(InexpressibleModel) {
    indentation += 1
    try body(&self)
    indentation -= 1
  }

  private mutating func printModel() throws(InexpressibleModel) {
    for opset in model.speltOpsets {
      if !opset.unknownFields.isEmpty { line("@raw(\"\(MicaString.base64(opset.unknownFields))\")") }
      line("use \(Self.setName(opset)) \(opset.version)")
    }
    line("")
    try printGraph(modelAnnotations, name: modelNames.first ?? "")
  }

  /// An operator set as `use` names it.
  static func setName(_ opset: OpsetImport) -> String { opset.domain.isEmpty ? "onnx" : path(opset.domain) }

  /// A graph as a model of the text.
  ///
  /// - Parameter name: what the text calls it.
  private mutating func printGraph(_ annotations: [String], name: String) throws(InexpressibleModel) {
    let body = graph.regions[graph.body]
    let docLines = body.annotations.doc.split(separator: "\n", omittingEmptySubsequences: false)
    let isPlainDoc = docLines.allSatisfy { line in
      line.last?.isWhitespace != true
        && line.unicodeScalars.allSatisfy { ($0.value >= 0x20 || $0 == "\t") && $0.loneByte == nil }
    }
    if isPlainDoc, !body.annotations.doc.isEmpty { for doc in docLines { line("/// \(doc)") } }
    for annotation in annotations { line(annotation) }
    if !isPlainDoc { line("@graph_doc(\(MicaString.quoted(body.annotations.doc)))") }
    for annotation in graphAnnotations(graph.body, of: "", hasDoc: false) { line(annotation) }
    if name != body.name { line("@graph_name(\(MicaString.quoted(body.name)))") }
    line("model \(name.isEmpty ? "``" : Self.name(name))(\(try inputs(of: graph.body))) -> (\(try outputs())) {")
    try printBody()
  }

  /// The statements of a body and its end.
  mutating func printBody() throws(InexpressibleModel) {
    try indented { printer throws(InexpressibleModel) in
      if printer.usesStoredTensors {
        printer.line("weights \(MicaString.quoted(printer.weights))")
        printer.line("")
      }
      printer.printUndefinedValues()
      try printer.printUnusedInitializers()
      try printer.printNodes(of: printer.graph.body)
      try printer.printReturn(of: printer.graph.body)
    }
    line("}")
  }

  /// The inputs of a region, with those that have a tensor of their own.
  func inputs(of region: Region.ID) throws(InexpressibleModel) -> String {
    var initialized = Set(graph.regions[region].initializers.map(\.value))
    initialized.formUnion(graph.regions[region].sparseInitializers.map(\.value))
    var inputs: [String] = []
    for input in graph.regions[region].inputs {
      guard otherNames[input] == nil else {
        throw InexpressibleModel("two inputs of the name `\(graph.values[input].name)`")
      }
      let tensor = initialized.contains(input) ? " = $\(storedName(graph.values[input].name))" : ""
      inputs.append(try port(input, isDescribed: true) + tensor)
    }
    return inputs.joined(separator: ", ")
  }

  private func outputs() throws(InexpressibleModel) -> String {
    let body = graph.regions[graph.body]
    var described = Set(body.inputs).union(body.valueInfo.filter { !graph.values[$0].isResult })
    described.formUnion(body.outputs.filter { graph.values[$0].isUndefined })
    var outputs: [String] = []
    for output in body.outputs { outputs.append(try port(output, isDescribed: described.insert(output).inserted)) }
    return outputs.joined(separator: ", ")
  }

  /// An input or an output.
  ///
  /// - Parameter isDescribed: whether what there is beside its type stands here.
  private func port(_ id: Value.ID, isDescribed: Bool) throws(InexpressibleModel) -> String {
    let value = graph.values[id]
    let type = try Self.type(value.type, value.denotation, of: value.name)
    return ((isDescribed ? annotations(of: id) : []) + ["\(textName(id)): \(type)"]).joined(separator: " ")
  }

  /// Names that something uses and nothing defines.
  private mutating func printUndefinedValues() {
    let recorded = Set(graph.regions[graph.body].valueInfo)
    for value in graph.values.indices where graph.values[value].isUndefined && !recorded.contains(value) {
      let annotations = annotations(of: value)
      let target = (annotations + [textName(value)]).joined(separator: " ")
      line("\(annotations.isEmpty ? target : "(\(target))") = none")
    }
  }

  /// Initialisers that nothing uses, so that they stay.
  private mutating func printUnusedInitializers() throws(InexpressibleModel) {
    let body = graph.regions[graph.body]
    var used = Set(body.inputs).union(body.valueInfo)
    for node in graph.nodes.indices { used.formUnion(graph.nodes[node].inputs.compactMap(\.self)) }
    for region in graph.regions.indices { used.formUnion(graph.regions[region].outputs) }
    // Those of a graph for training have no order but that of the text.
    if !prefix.isEmpty { used = [] }
    for value in body.initializers.map(\.value) + body.sparseInitializers.map(\.value) where !used.contains(value) {
      line("_ = \(try reference(value))")
    }
  }

  /// Whether an operator's name alone means the operator.
  func isPlain(_ name: String) -> Bool {
    !qualified.contains(name) && !valueNames.contains(name) && name != graph.regions[graph.body].name
  }
}

extension Value {
  var isResult: Bool {
    if case .result = definition { true } else { false }
  }

  /// Whether a file names the value, and nothing defines it.
  var isUndefined: Bool {
    if case .undefined = definition { true } else { false }
  }
}

extension Model {
  /// The operator sets as `use` can say them: one version of each, above 0.
  var speltOpsets: [OpsetImport] {
    var versions: [String: Int64] = [:]
    return opsetImports.filter { opset in
      guard 1...1_000_000 ~= opset.version, opset.domain != "onnx" else { return false }
      let domain = opset.domain == "ai.onnx" ? "" : opset.domain
      defer { versions[domain] = versions[domain] ?? opset.version }
      return versions[domain, default: opset.version] == opset.version
    }
  }
}
