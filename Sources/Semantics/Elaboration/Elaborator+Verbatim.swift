import Graphs
import Operators
import Syntax
import Tensors

// Verbatim models have functions and graphs for training beside their own graph, each with names of its own.

extension Elaborator {
  /// Makes a function of every operator of the file with a body, whether it is called or not.
  mutating func elaborateVerbatimFunctions() {
    for declaration in program.main.declarationsInOrder where declaration.kind == .operator && declaration.body != nil {
      calledDeclarations.insert(declaration.syntax)
      let opsets = statedOpsets(of: declaration)
      var inner = Elaborator(program, declaration, options, isVerbatim: true, ownOpsets: opsets)
      inner.openedWeights = openedWeights
      let function = inner.verbatimFunction()
      openedWeights = inner.openedWeights
      diagnostics += inner.diagnostics
      functions.append(function)
    }
  }

  private mutating func verbatimFunction() -> KeptFunction {
    let target = model.operatorName ?? ("", model.name, "")
    frame.isFunction = true
    bindPredefined()
    for parameter in model.parameters {
      let place = parameter.syntax.place
      guard parameter.isInput, let type = parameter.type, type.kind != .listInput, !parameter.isVariadic else {
        if parameter.isInput { report(.variadicFunctionInput(parameter)) }
        bind(parameter.name, .unknown, at: place)
        continue
      }
      bind(
        parameter.name, .tensor(builder.addInput(parameter.name, recordedType(type), origin: origin(place))), at: place)
    }
    if let body = model.body { execute(body) }
    finishResults()
    // A default may be a graph, which is one of the function's.
    var attributes: [String] = []
    var defaults: [Attribute] = []
    for parameter in model.parameters where !parameter.isInput {
      guard let value = parameter.defaultValue else {
        attributes.append(parameter.name)
        continue
      }
      let unspelt = value.kind == .discard ? passedAttribute(value) : nil
      if let written = unspelt ?? writtenAttribute(value, of: parameter.syntax) {
        defaults.append(Attribute(parameter.name, written))
      }
    }
    let graph = finishedVerbatimGraph()
    let saysNone = model.syntax.annotations.contains { $0.name == "no_opsets" }
    var function = Function(
      domain: target.domain == "onnx" ? "" : target.domain, name: target.name, overload: target.overload, graph: graph,
      opsetImports: saysNone ? [] : ownOpsets.isEmpty ? verbatimImports() : ownOpsets)
    function.attributes = attributes
    function.attributeDefaults = defaults
    function.annotations.doc = model.syntax.docComment
    annotate(&function, of: model)
    return KeptFunction(function: function, baseOverload: target.overload, fingerprint: "")
  }

  /// The operator sets that `@use` before a declaration says, in order.
  private mutating func statedOpsets(of declaration: Declaration) -> [OpsetImport] {
    var opsets: [OpsetImport] = []
    for annotation in declaration.syntax.annotations where annotation.name == "use" {
      guard let version = annotation.positional[safe: 1]?.signedInteger else { continue }
      var opset = OpsetImport(domain: text(of: annotation, at: 0) ?? "", version: version)
      opset.unknownFields = annotation.positional[safe: 2].flatMap { wireFields(annotation, $0) } ?? []
      opsets.append(opset)
    }
    return opsets
  }

  /// The operator sets of the file: those of `use`, in order, unless `@use` says others.
  mutating func verbatimImports() -> [OpsetImport] {
    let main = program.models.first { $0.isVerbatim }
    let stated = main.map { statedOpsets(of: $0) } ?? []
    if !stated.isEmpty { return stated }
    return program.main.usedDomains.compactMap { domain, unknownFields in
      guard let version = builder.opsets[Catalogue.canonical(domain)] else { return nil }
      var opset = OpsetImport(domain: domain, version: Int64(version))
      opset.unknownFields = unknownFields
      return opset
    }
  }

  /// The graph that was built, with its names and its order.
  mutating func finishedVerbatimGraph() -> Graph {
    finishNodes()
    var graph = builder.takeGraph()
    diagnostics += graph.completeNames(given: namedNodes, values: Set(givenNames.keys))
    finishVerbatim(&graph)
    return graph
  }

  /// Gives values that were used before they were there to their uses, and nodes their places.
  mutating func finishNodes() {
    builder.replaceUses(resolvedValues)
    builder.moveNodes(to: nodePositions)
  }

  /// A value for a name that nothing of the model defines, or something further on in the same graph does: `t = none`.
  mutating func undefinedValue(_ name: String, at place: Place) -> Term {
    let value = builder.addUndefined(name, origin: origin(place))
    undefinedValues[name] = (value, builder.region)
    return .tensor(value)
  }

  /// Notes that a name that was used already is there now.
  mutating func resolveUndefined(_ name: String, as value: Value.ID) {
    guard let (undefined, region) = undefinedValues[name], region == builder.region else { return }
    undefinedValues[name] = nil
    resolvedValues[undefined] = value
  }

  /// Adds the graphs that the file has for training.
  mutating func elaborateTraining(of model: inout Model) {
    for declaration in program.main.trainings {
      guard let annotation = declaration.syntax.annotations.first(where: { $0.name == "training" }) else { continue }
      let index = annotation.positional[safe: 1]?.integerValue ?? 0
      guard reserveTraining(index, of: &model) else { continue }
      var inner = Elaborator(program, declaration, options, isVerbatim: true)
      inner.openedWeights = openedWeights
      let graph = inner.verbatimGraph()
      openedWeights = inner.openedWeights
      diagnostics += inner.diagnostics
      switch text(of: annotation, at: 0) {
      case "initialization": model.training[index].initialization = graph
      case "algorithm": model.training[index].algorithm = graph
      default:
        report(
          .wrongAnnotation(
            annotation, "is of `\"initialization\"` or `\"algorithm\"`", at: annotation.syntax.place))
      }
    }
  }

  private mutating func verbatimGraph() -> Graph {
    calledDeclarations.insert(model.syntax)
    bindPredefined()
    bindSignature()
    if let body = model.body { execute(body) }
    bindOverridableInputs()
    finishResults()
    var graph = finishedVerbatimGraph()
    graph.regions[graph.body].annotations.doc = model.syntax.docComment
    for annotation in model.syntax.annotations where annotation.name.hasPrefix("graph_") {
      if annotation.name == "graph_name" {
        graph.regions[graph.body].name = text(of: annotation, at: 0) ?? ""
        continue
      }
      let change = graphChange(annotation)
      change(&graph.regions[graph.body])
    }
    return graph
  }

  /// Leaves out the one result that a statement throws away: `_ = Foo(x)`.
  mutating func omitOutput(_ targets: [Syntax], _ terms: [Term], of statement: Syntax, nodesBefore count: Int) {
    guard targets.count == 1, targets[0].child(.discard) != nil, calls.isEmpty, terms.count == 1,
      let node = node(of: terms[0]), node.index >= count, builder.graph.nodes[node].outputs.count == 1,
      !statement.annotations.contains(where: { $0.name == "recorded" })
    else { return }
    builder.annotate(node) { $0.outputs = [nil] }
  }
}
