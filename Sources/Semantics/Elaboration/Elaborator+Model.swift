import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// Elaborates the model from its signature to its outputs.
  mutating func run() -> Elaboration {
    if !isVerbatim, !Program.writableOpsets.contains(builder.opset) {
      report(.unsupportedOpset(builder.opset, at: program.opsetPlace))
    }
    assumptions = Assumptions(model.constraints)
    bindPredefined()
    bindSignature()
    checkConstraints()
    checkBindings()
    if let body = model.body { executeOwnBody(body) }
    bindOverridableInputs()
    let told = diagnostics.count
    finishResults()
    trail?.results = told..<diagnostics.count
    builder.removeReplacedConstants()
    if isVerbatim { finishNodes() }
    var graph = builder.takeGraph()
    graph.hoistParameters()
    if isVerbatim { graph.nameParameters(besides: Set(references.values.map(\.value)).union(placedReferences.values)) }
    let file = isImported ? importedModel() : nil
    if let file, options.adoptsFile { adopt(file, into: &graph) }
    let namesakes =
      isVerbatim
      ? graph.completeNames(given: namedNodes, values: Set(givenNames.keys), namesAll: isImported)
      : graph.assignNames(nodes: options.namesNodes)
    // What is called as in a file is called otherwise as long as nobody asks the file.
    if file == nil || options.adoptsFile { diagnostics += namesakes }
    // Where a file is to have the parameters, their paths are what they are found by.
    if !weights.isEmpty {
      for index in unnamedLayers.indices { unnamedLayers[index].severity = .warning }
    }
    checkRecipes(graph)
    graph.seedParameters()
    if isVerbatim { finishVerbatim(&graph) } else if options.namesNodes { graph.recordTypes() }
    if trail != nil { graph.settle() }
    if isVerbatim { elaborateVerbatimFunctions() }
    var finished = finished(consume graph, of: file)
    if isVerbatim { elaborateTraining(of: &finished) }
    return Elaboration(
      model: finished, declaration: model, diagnostics: program.diagnostics + diagnostics, weights: weights,
      opsets: builder.opsets, costs: costs, references: references,
      calledDeclarations: calledDeclarations, unnamedLayers: unnamedLayers, observations: observations,
      decisions: decisions, resumption: resumption, givenConfiguration: Set(options.configuration.keys))
  }

  /// Checks what the body returns, and makes it the outputs.
  mutating func finishResults() {
    let outputs = checkedResults(of: model, at: model.namePlace)
    finishOutputs(outputs)
  }

  /// The model of a graph; what the text says nothing of is as in the file that it was imported from.
  private mutating func finished(_ graph: consuming Graph, of file: Model?) -> Model {
    let doc = model.syntax.docComment
    if file == nil || !doc.isEmpty { graph.regions[graph.body].annotations.doc = doc }
    let used = functions.flatMap(\.function.opsetImports).map(\.domain)
    var domains = Set(used + [""])
    for node in graph.nodes.indices {
      let domain = graph.nodes[node].callee.domain
      if !domain.isEmpty { domains.insert(domain) }
    }
    let imports = opsets(of: domains).sorted { $0.key < $1.key }
      .map { OpsetImport(domain: $0.key, version: Int64($0.value)) }
    var model = Model(
      graph: graph, opsetImports: isVerbatim ? verbatimImports() : imports,
      irVersion: irVersion(forOpset: builder.opset))
    model.functions = functions.map(\.function)
    // Functions came with IR version 8, their overloads with 10.
    if !functions.isEmpty { model.irVersion = max(model.irVersion, 8) }
    if functions.contains(where: { !$0.function.overload.isEmpty }) { model.irVersion = max(model.irVersion, 10) }
    if let file { model.takeOver(file, annotated: self.model.syntax.annotations.map(\.name)) }
    annotate(&model)
    return model
  }

  /// The versions of the operator sets of these domains; of one that the text does not name, the newest.
  func opsets(of domains: Set<String>) -> [String: Int] {
    var opsets = builder.opsets.filter { domains.contains($0.key) }
    for domain in domains where opsets[domain] == nil { opsets[domain] = Catalogue.newestOpset(domain: domain) ?? 1 }
    return opsets
  }

  /// Names that every body knows.
  mutating func bindPredefined() {
    setLocal("opset", Frame.Local(term: .integer(Dimension(builder.opset))))
    setLocal("training", Frame.Local(term: .boolean(false)))
    setLocal("inf", Frame.Local(term: .float(.infinity)))
    setLocal("nan", Frame.Local(term: .float(.nan)))
  }

  /// Whether a name of a verbatim model stands for a size of the file, and may be a value's too.
  private func isFileDimension(_ local: Frame.Local) -> Bool {
    if isVerbatim, case .integer = local.term { true } else { false }
  }

  /// Gives every parameter its meaning, in order; configuration that an input's type mentions comes before the input.
  mutating func bindSignature() {
    modelConfiguration = model.parameters.enumerated().filter { !$0.element.isInput }
    var seen: Set<String> = []
    for parameter in model.parameters where seen.insert(parameter.name).inserted {
      if parameter.isInput {
        if let type = parameter.type { bindModelConfiguration(mentionedIn: type) }
        bindInput(parameter)
      } else if local(parameter.name)?.place != parameter.syntax.place {
        bindConfiguration(parameter)
      }
    }
    for name in options.configuration.keys.sorted()
    where !model.parameters.contains(where: { $0.name == name && !$0.isInput }) {
      report(.unknownSetting(name, model: model))
    }
  }

  /// Binds the configuration that an expression or a type needs, and first what its defaults need.
  ///
  /// - Parameter count: of how many parameters; a default may use those that stand before its own, and so never itself.
  private mutating func bindModelConfiguration(mentionedIn syntax: Syntax, ofFirst count: Int = .max) {
    for (index, parameter) in modelConfiguration
    where index < count && local(parameter.name) == nil && syntax.mentions(parameter.name) {
      if let value = parameter.defaultValue, options.configuration[parameter.name] == nil {
        bindModelConfiguration(mentionedIn: value, ofFirst: index)
      }
      bindConfiguration(parameter)
    }
  }

  private mutating func bindConfiguration(_ parameter: Declaration.Parameter) {
    let place = parameter.syntax.place
    var term: Term
    if let text = options.configuration[parameter.name] {
      let tree = SyntaxTree.parseExpression(Array(text.utf8))
      if let expression = tree.root.firstChild, tree.diagnostics.isEmpty {
        let told = diagnostics.count
        term = evaluate(expression)
        // The places of what is wrong are in the setting, which is no file.
        if let problem = diagnostics[told...].first(where: { $0.severity == .error }) {
          diagnostics.removeSubrange(told...)
          term = unknown(.settingWithoutValue(parameter.name, text: text, problem: problem.message, at: place))
        }
      } else {
        term = unknown(.badSetting(parameter.name, text: text, at: place))
      }
    } else if let value = parameter.defaultValue {
      term = evaluate(value)
    } else {
      // A parameter whose type is missing was told by the parser.
      term = parameter.type == nil ? .unknown : unknown(.missingConfiguration([parameter.name], of: model, at: place))
    }
    term = converted(term, to: parameter, at: parameter.defaultValue?.place ?? place)
    bind(parameter.name, term, at: place)
  }

  private mutating func bindInput(_ parameter: Declaration.Parameter) {
    let place = parameter.syntax.place
    if let known = local(parameter.name), let first = known.place, !isFileDimension(known) {
      return report(.duplicateName(parameter.name, at: place, first: first))
    }
    guard let type = parameter.type else { return }
    if type.kind == .listInput, !parameter.isVariadic {
      bind(parameter.name, listInputs(type), at: place)
      return
    }
    if parameter.isVariadic {
      report(.variadicModelInput(parameter))
      bind(parameter.name, .unknown, at: place)
      return
    }
    ports[parameter.name] = place
    let input = builder.addInput(parameter.name, resolve(type, declaring: true), origin: origin(place))
    keepNegativeSizes(of: type, for: input)
    annotate(port: parameter.syntax, input)
    if let value = parameter.defaultValue {
      if value.kind == .weightReference {
        overridableInputs.append((input, value))
      } else {
        report(.inputDefault(parameter))
      }
    }
    bind(parameter.name, .tensor(input), at: place)
  }

  /// Checks what `where` says with the sizes that are bound; what stays open is taken as true.
  private mutating func checkConstraints() {
    for constraint in model.constraints {
      let count = diagnostics.count
      let holds = decide(constraint)
      diagnostics = diagnostics[..<count] + diagnostics[count...].filter { $0.identifier != "undecidable" }
      if holds == false, !reportContradiction(of: constraint) { reportFailure(of: constraint, reason: nil) }
    }
    for constraint in model.constraints { assume(constraint) }
  }

  /// Whether a condition of `where` that never holds leaves a dimension open, which is reported with the others that say something
  /// of it.
  private mutating func reportContradiction(of constraint: Syntax) -> Bool {
    let open = Set(constraint.names).intersection(declaredDimensions).subtracting(options.bindings.keys)
    guard !open.isEmpty else { return false }
    let others = model.constraints.filter { $0 != constraint && !open.isDisjoint(with: $0.names) }
    report(.contradiction(constraint, of: model.name, others: others))
    return true
  }

  /// The dimension that a name of the model's signature stands for where it is first mentioned.
  mutating func declareDimension(_ name: String, at place: Place) -> Dimension {
    declaredDimensions.insert(name)
    let dimension: Dimension
    if let value = options.bindings[name] {
      dimension = Dimension(value)
    } else if let syntax = assumptions.values.removeValue(forKey: name), syntax.plainName != name {
      declareDimensions(in: syntax)
      dimension = integer(syntax) ?? .unknown
    } else {
      // Sizes of an ONNX file may be 0, as text too.
      let least = max(leastValue(of: name), isVerbatim ? 0 : 1)
      dimension = .symbol(name, divisibleBy: divisor(of: name), atLeast: least)
    }
    bind(name, .integer(dimension), at: place)
    return dimension
  }

  /// What `where` says that the dimension is a multiple of.
  private mutating func divisor(of name: String) -> Int {
    var divisor = 1
    for expression in assumptions.divisors[name] ?? [] {
      if let value = configuration(expression), value > 0 { divisor = leastCommonMultiple(divisor, value) }
    }
    return divisor
  }

  /// The least value that `where` leaves to the dimension; 0 where it says nothing.
  private mutating func leastValue(of name: String) -> Int {
    var least = 0
    for (expression, distance) in assumptions.lowerBounds[name] ?? [] {
      guard let (value, overflow) = configuration(expression)?.addingReportingOverflow(distance) else { continue }
      if !overflow { least = max(least, value) }
    }
    return least
  }

  /// The value of an expression of the signature that is made of configuration alone.
  private mutating func configuration(_ expression: Syntax) -> Int? {
    bindModelConfiguration(mentionedIn: expression)
    guard expression.names.allSatisfy({ local($0) != nil }) else { return nil }
    return integer(expression)?.constant
  }

  /// Checks that the model has the dimensions that `--bind` names.
  private mutating func checkBindings() {
    for name in options.bindings.keys.sorted() where !declaredDimensions.contains(name) {
      report(.unknownDimension(name, declared: declaredDimensions.sorted(), model: model))
    }
  }

  /// Names the outputs as the signature does; a value that already has another part to play goes through an Identity.
  private mutating func finishOutputs(_ terms: [Term]) {
    var outputs: [Value.ID] = []
    var used: Set<Value.ID> = []
    let (terms, names, places) = flattened(terms)
    var taken = Set(model.parameters.map(\.name) + names.compactMap(\.self))
    for (index, term) in terms.enumerated() {
      let place = places[index].declared
      let resultPlace = places[index].returned
      guard var value = tensorValue(of: term, like: nil, at: resultPlace) else {
        report(unresolved: term, at: resultPlace)
        continue
      }
      var name = names[safe: index].flatMap { $0 } ?? (index == 0 ? "output" : "output_\(index)")
      var number = index
      while names[safe: index].flatMap({ $0 }) == nil, !taken.insert(name).inserted {
        number += 1
        name = "output_\(number)"
      }
      let isKept = isVerbatim && builder.graph.values[value].name == name
      if !isKept, !builder.graph.values[value].isResult || !used.insert(value).inserted {
        builder.origin = origin(place)
        value = builder.write("Identity", [value], attributes: [], outputCount: 1)[0]
        used.insert(value)
      }
      setName(ofOutput: value, name)
      if let port = places[index].port {
        annotate(port: port, value)
        if isVerbatim, let type = port.children.first(where: \.kind.isType) { keepType(type, ofOutput: value) }
      }
      outputs.append(value)
    }
    builder.setOutputs(outputs)
    describeOutputs(frame.resultAnnotations)
  }

  /// Gives outputs the types that the signature has for them, which may be other ones than are inferred.
  func declareOutputs(_ graph: inout Graph) {
    for (value, type) in verbatimOutputs where graph.values[value].type != type { graph.values[value].type = type }
  }

  /// Records what the text says to record, and brings initialisers into the order of the files that they are from.
  func finishVerbatim(_ graph: inout Graph) {
    declareOutputs(&graph)
    guard !isImported else { return }
    graph.recordStatedTypes(recordedPositions, again: repeatedRecords)
    graph.forgetInferredTypes(ofOutputs: verbatimOutputs)
    let positions = Dictionary(references.values.map { ($0.value, $0.position) }) { first, _ in first }
    func position(_ initializer: Initializer) -> (Int, Int) { positions[initializer.value] ?? (.max, .max) }
    graph.regions[graph.body].initializers = graph.regions[graph.body].initializers.enumerated()
      .sorted { left, right in
        let (a, b) = (position(left.element), position(right.element))
        return (a.0, a.1, left.offset) < (b.0, b.1, right.offset)
      }
      .map(\.element)
    graph.regions[graph.body].sparseInitializers = graph.regions[graph.body].sparseInitializers.enumerated()
      .sorted { left, right in
        let (a, b) = (sparsePositions[left.element.value] ?? .max, sparsePositions[right.element.value] ?? .max)
        return (a, left.offset) < (b, right.offset)
      }
      .map(\.element)
  }

  /// Gives an output the name that the signature has for it; one that `@name` gives can only be the same.
  private mutating func setName(ofOutput value: Value.ID, _ name: String) {
    if let annotation = givenNames[value], builder.graph.values[value].name != name {
      report(
        .annotationWithoutSubject(annotation, because: "the value is an output, which the signature calls `\(name)`"))
    }
    builder.name(value, name)
  }

  /// The results one by one, those of lists too, with their names as far as the signature gives them.
  private mutating func flattened(
    _ results: [Term]
  ) -> (terms: [Term], names: [String?], places: [ResultPlace]) {
    var terms: [Term] = []
    var names: [String?] = []
    var places: [ResultPlace] = []
    for (index, term) in results.enumerated() {
      let declared = model.results?[safe: index]
      let place = declared?.syntax.place ?? model.namePlace
      let returned = frame.resultPlaces[safe: index] ?? place
      if let name = declared?.name, declared?.type?.kind != .listInput { ports[name] = place }
      if let type = declared?.type, type.kind == .listInput {
        guard let listed = matchList(term, type, subject: model.name, at: returned) else {
          terms.append(.unknown)
          names.append(declared?.name)
          places.append(ResultPlace(declared: place, returned: returned))
          continue
        }
        for tensor in listed { takePort(tensor.name, of: type) }
        terms += listed.map(\.term)
        names += listed.map { Optional($0.name) }
        places += listed.map { _ in ResultPlace(declared: place, returned: returned) }
      } else {
        terms.append(term)
        names.append(declared?.name)
        places.append(ResultPlace(declared: place, returned: returned, port: declared?.syntax))
      }
    }
    return (terms, names, places)
  }

  /// Takes a name of a list's tensor for the model; one that is taken is reported.
  mutating func takePort(_ name: String, of list: Syntax) {
    if let first = ports[name] {
      report(.duplicatePort(name, at: list.place, first: first == list.place ? nil : first))
    } else {
      ports[name] = list.place
    }
  }

  /// A result that is no tensor; one that is unknown follows a mistake, or a size that nothing tells.
  private mutating func report(unresolved term: Term, at place: Place) {
    if term.isNone {
      report(.wrongKind(term, wanted: "a tensor", at: place))
    } else if !hasErrors {
      report(.undeterminedResult(at: place))
    }
  }
}

/// Where a result stands in the text.
private struct ResultPlace {
  var declared: Place
  var returned: Place
  /// The output in the signature that is the result alone.
  var port: Syntax?
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
