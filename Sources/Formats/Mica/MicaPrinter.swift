package import Graphs
import Tensors

/// Writes models as Mica text at the level of operators: a statement for each node, tensors as `$name` of the model's own
/// file.
///
/// The text is `@verbatim`: it says all names and recorded types that the file has.
package struct MicaPrinter {
  /// What the text names its weights file.
  private let weights: String
  /// Names that need a qualifier to mean an operator, since the library has a block of the name.
  private let qualified: Set<String>
  let model: Model
  let graph: Graph
  /// The names of all values: an operator of such a name is qualified too.
  private let valueNames: Set<String>
  /// The values that the signature declares as outputs.
  let outputValues: Set<Value.ID>
  /// What is quantized, by the names of the tensors.
  let quantization: [String: [QuantizationAnnotation]]
  private(set) var lines: [String] = []
  private var indentation = 0

  init(_ model: Model, weights: String, qualified: Set<String>) {
    self.model = model
    self.weights = weights
    self.qualified = qualified
    graph = model.graph
    valueNames = Set(graph.values.indices.map { model.graph.values[$0].name })
    outputValues = Set(graph.regions[graph.body].outputs)
    let annotations = graph.regions.indices.flatMap { model.graph.regions[$0].quantization }
    quantization = Dictionary(grouping: annotations) { $0.tensor }
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
    var printer = MicaPrinter(model, weights: weights, qualified: qualified)
    try printer.printModel()
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
    guard model.training.isEmpty else { throw InexpressibleModel("training information") }
    guard model.functions.isEmpty else { throw InexpressibleModel("functions of the model") }
    guard model.deviceConfigurations.isEmpty else { throw InexpressibleModel("device configurations of the model") }
    for opset in model.opsetImports {
      let domain = opset.domain.isEmpty ? "onnx" : Self.path(opset.domain)
      line("use \(domain) \(opset.version)")
    }
    line("")
    let body = graph.regions[graph.body]
    let docLines = body.annotations.doc.split(separator: "\n", omittingEmptySubsequences: false)
    let isPlainDoc = docLines.allSatisfy { $0.last?.isWhitespace != true && !$0.contains("\r") }
    if isPlainDoc, !body.annotations.doc.isEmpty { for doc in docLines { line("/// \(doc)") } }
    for annotation in modelAnnotations { line(annotation) }
    if !isPlainDoc { line("@graph_doc(\(MicaString.quoted(body.annotations.doc)))") }
    for entry in body.annotations.metadata {
      line("@graph_meta(\(MicaString.quoted(entry.key)), \(MicaString.quoted(entry.value)))")
    }
    let name = body.name.isEmpty ? "``" : MicaPrinter.name(body.name)
    line("model \(name)(\(try inputs(of: graph.body))) -> (\(try outputs())) {")
    try indented { printer throws(InexpressibleModel) in
      if printer.usesStoredTensors {
        printer.line("weights \(MicaString.quoted(printer.weights))")
        printer.line("")
      }
      printer.printUnusedInitializers()
      try printer.printNodes(of: printer.graph.body)
      printer.line("return \(try printer.arguments(body.outputs.map { $0 }))")
    }
    line("}")
  }

  private var modelAnnotations: [String] {
    var annotations = ["@verbatim", "@ir_version(\(model.irVersion))"]
    if !model.producerName.isEmpty || !model.producerVersion.isEmpty {
      let version = model.producerVersion.isEmpty ? "" : ", \(MicaString.quoted(model.producerVersion))"
      annotations.append("@producer(\(MicaString.quoted(model.producerName))\(version))")
    }
    if !model.domain.isEmpty { annotations.append("@domain(\(MicaString.quoted(model.domain)))") }
    if model.modelVersion != 0 { annotations.append("@model_version(\(model.modelVersion))") }
    return annotations + Self.annotations(model.annotations)
  }

  /// The inputs of a region, with those that have a tensor of their own.
  func inputs(of region: Region.ID) throws(InexpressibleModel) -> String {
    let initialized = Set(graph.regions[region].initializers.map(\.value))
    var inputs: [String] = []
    for input in graph.regions[region].inputs {
      let value = graph.values[input]
      let tensor = initialized.contains(input) ? " = $\(Self.name(value.name))" : ""
      inputs.append(try port(input) + tensor)
    }
    return inputs.joined(separator: ", ")
  }

  private func outputs() throws(InexpressibleModel) -> String {
    var outputs: [String] = []
    for output in graph.regions[graph.body].outputs { outputs.append(try port(output)) }
    return outputs.joined(separator: ", ")
  }

  private func port(_ id: Value.ID) throws(InexpressibleModel) -> String {
    let value = graph.values[id]
    let type = try Self.type(value.type, of: value.name)
    return (annotations(of: id) + ["\(Self.name(value.name)): \(type)"]).joined(separator: " ")
  }

  /// Initialisers that nothing uses, so that they stay.
  private mutating func printUnusedInitializers() {
    let body = graph.regions[graph.body]
    var used = Set(body.inputs).union(body.valueInfo)
    for node in graph.nodes.indices { used.formUnion(graph.nodes[node].inputs.compactMap(\.self)) }
    for region in graph.regions.indices { used.formUnion(graph.regions[region].outputs) }
    for initializer in body.initializers where !used.contains(initializer.value) {
      line("_ = $\(Self.name(graph.values[initializer.value].name))")
    }
  }

  /// Whether an operator's name alone means the operator.
  func isPlain(_ name: String) -> Bool {
    !qualified.contains(name) && !valueNames.contains(name) && name != graph.regions[graph.body].name
  }
}
