import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// Elaborates the model from its signature to its outputs.
  mutating func run() -> Elaboration {
    if !Program.writableOpsets.contains(builder.opset) {
      report(.unsupportedOpset(builder.opset, at: program.opsetPlace))
    }
    assumptions = Assumptions(model.constraints)
    bindPredefined()
    bindModelConfiguration()
    bindModelInputs()
    if let body = model.body { execute(body) }
    let outputs = checkedResults(of: model, at: model.namePlace)
    finishOutputs(outputs)
    builder.removeReplacedConstants()
    var graph = builder.graph
    diagnostics += graph.assignNames()
    graph.seedParameters()
    graph.recordTypes()
    return Elaboration(
      model: finished(graph), declaration: model, diagnostics: program.diagnostics + diagnostics, weights: weights,
      opsets: builder.opsets)
  }

  private func finished(_ graph: Graph) -> Model {
    var graph = graph
    graph.regions[graph.body].annotations.doc = model.syntax.docComment
    let domains = Set(graph.nodes.indices.map { graph.nodes[$0].domain }).union([""])
    let imports = builder.opsets.filter { domains.contains($0.key) }.sorted { $0.key < $1.key }
    return Model(
      graph: graph, opsetImports: imports.map { OpsetImport(domain: $0.key, version: Int64($0.value)) },
      irVersion: irVersion(forOpset: builder.opset))
  }

  /// Names that every body knows.
  mutating func bindPredefined() {
    frame.locals["opset"] = Frame.Local(term: .integer(Dimension(builder.opset)))
    frame.locals["training"] = Frame.Local(term: .boolean(false))
    frame.locals["inf"] = Frame.Local(term: .float(.infinity))
    frame.locals["nan"] = Frame.Local(term: .float(.nan))
  }

  private mutating func bindModelConfiguration() {
    for parameter in model.parameters where !parameter.isInput {
      let place = parameter.syntax.place
      var term: Term
      if let text = options.configuration[parameter.name] {
        let tree = SyntaxTree.parseExpression(Array(text.utf8))
        if let expression = tree.root.firstChild, tree.diagnostics.isEmpty {
          term = evaluate(expression)
        } else {
          term = unknown(.badSetting(parameter.name, text: text, at: place))
        }
      } else if let value = parameter.defaultValue {
        term = evaluate(value)
      } else {
        term = unknown(.missingConfiguration(parameter.name, of: model, at: place))
      }
      term = converted(term, to: parameter, at: parameter.defaultValue?.place ?? place)
      frame.locals[parameter.name] = Frame.Local(term: term, place: place)
    }
    for name in options.configuration.keys.sorted()
    where !model.parameters.contains(where: { $0.name == name && !$0.isInput }) {
      report(.unknownSetting(name, model: model))
    }
  }

  private mutating func bindModelInputs() {
    for parameter in model.inputs {
      let place = parameter.syntax.place
      if let first = frame.locals[parameter.name]?.place {
        report(.duplicateName(parameter.name, at: place, first: first))
        continue
      }
      guard let type = parameter.type else { continue }
      if parameter.isVariadic || type.kind == .listInput {
        report(.notYet(type))
        frame.locals[parameter.name] = Frame.Local(term: .unknown, place: place)
        continue
      }
      let input = builder.addInput(parameter.name, resolve(type, declaring: true), origin: origin(place))
      frame.locals[parameter.name] = Frame.Local(term: .tensor(input), place: place)
    }
  }

  /// The dimension that a name of the model's signature stands for where it is first mentioned.
  mutating func declareDimension(_ name: String, at place: Place) -> Dimension {
    let dimension: Dimension
    if let value = options.bindings[name] {
      dimension = Dimension(value)
    } else if let syntax = assumptions.values.removeValue(forKey: name), syntax.plainName != name {
      dimension = integer(syntax) ?? .unknown
    } else {
      dimension = .symbol(name, divisibleBy: assumptions.divisors[name] ?? 1)
    }
    frame.locals[name] = Frame.Local(term: .integer(dimension), place: place)
    return dimension
  }

  /// Names the outputs as the signature does; a value that already has another part to play goes through an Identity.
  private mutating func finishOutputs(_ terms: [Term]) {
    var outputs: [Value.ID] = []
    var used: Set<Value.ID> = []
    let names = model.results?.map(\.name) ?? []
    for (index, term) in terms.enumerated() {
      let place = model.results?[safe: index]?.syntax.place ?? model.namePlace
      guard var value = tensorValue(of: term, like: nil, at: place) else { continue }
      var name = "output"
      if let declared = names[safe: index], let declared {
        name = declared
      } else if index > 0 {
        name = "output_\(index)"
      }
      if !builder.graph.values[value].isResult || !used.insert(value).inserted {
        builder.origin = origin(place)
        value = builder.write("Identity", [value], attributes: [], outputCount: 1)[0]
        used.insert(value)
      }
      builder.name(value, name)
      outputs.append(value)
    }
    builder.setOutputs(outputs)
  }
}

extension Value {
  /// Whether a node makes the value.
  fileprivate var isResult: Bool {
    if case .result = definition { true } else { false }
  }
}

/// The IR version that came with an operator set, so that a runtime that knows the one knows the other (ONNX's
/// Versioning.md, table of released versions).
private func irVersion(forOpset opset: Int) -> Int64 {
  switch opset {
  case ...14: 7
  case 15...18: 8
  case 19...20: 9
  case 21...22: 10
  case 23: 11
  case 24: 12
  default: 13
  }
}

extension Array {
  /// The element at `index`, where there is one.
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
