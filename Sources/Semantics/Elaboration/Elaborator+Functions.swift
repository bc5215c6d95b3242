import Graphs
import Operators
import Syntax
import Tensors

// Operators with a body: functions of the ONNX file.

/// What a call of a function needs to know of it.
struct ElaboratedFunction {
  var types: [ValueType]
  /// Which of the functions of the name it is.
  var overload: String
  /// What one call costs; `nil` where a part of it cannot be counted.
  var cost: Cost?
}

extension Elaborator {
  /// Runs the body of an operator for the arguments in the frame, into a graph of its own.
  ///
  /// A function that comes out the same as an earlier one is the same function. One that comes out differently, since
  /// its text decides by sizes or configuration, is an overload of it.
  mutating func elaborateFunction(
    _ declaration: Declaration, _ target: (domain: String, name: String, overload: String)
  )
    -> ElaboratedFunction
  {
    calledDeclarations.insert(declaration.syntax)
    let outer = (builder: builder, memory: memory, costs: costs, givenNames: givenNames, frame: frame)
    let observed = observations.count
    builder = GraphBuilder(graphName: target.name, opsets: outer.builder.opsets)
    memory = CallMemory()
    costs = [:]
    givenNames = [:]
    frame.instance = builder.addInstance(
      Instance(.model, parent: nil, label: nil, callee: declaration.name, call: nil))
    frame.isFunction = true
    for parameter in declaration.inputs {
      let place = parameter.syntax.place
      guard case .tensor(let argument)? = local(parameter.name)?.term else {
        if parameter.isVariadic { report(.variadicFunctionInput(parameter)) }
        continue
      }
      let type = outer.builder.known(argument).type
      let input = builder.addInput(parameter.name, type, origin: origin(place))
      bind(parameter.name, .tensor(input), at: place)
    }
    if let body = declaration.body { execute(body) }
    let results = checkedResults(of: declaration, at: declaration.namePlace)
    let types = setFunctionOutputs(results, of: declaration)
    builder.removeReplacedConstants()
    var graph = builder.graph
    let cost = functionCost(graph)
    let domains = Set(graph.nodes.indices.map { graph.nodes[$0].domain }).union([""])
    for region in graph.regions.indices {
      for initializer in graph.regions[region].initializers where initializer.role != .constant {
        report(.parameterInFunction(declaration, at: graph.values[initializer.value].origin.source?.place))
      }
    }
    diagnostics += graph.assignNames()
    (builder, memory, costs, givenNames, frame) = outer
    // The tensors of the function are none of the model's graph.
    for index in observed..<observations.count {
      observations[index].instance = frame.instance
      observations[index].meaning = observations[index].meaning.withoutTensors
    }
    var function = Function(
      domain: target.domain, name: target.name, overload: target.overload, graph: graph,
      opsetImports: opsets(of: domains).sorted { $0.key < $1.key }
        .map { OpsetImport(domain: $0.key, version: Int64($0.value)) })
    declareAttributes(of: declaration, in: &function)
    function.annotations.doc = declaration.syntax.docComment
    annotate(&function, of: declaration)
    return ElaboratedFunction(types: types, overload: keep(function), cost: cost)
  }

  private mutating func setFunctionOutputs(_ results: [Term], of declaration: Declaration) -> [ValueType] {
    var outputs: [Value.ID] = []
    var types: [ValueType] = []
    for (index, term) in results.enumerated() {
      let place = frame.resultPlaces[safe: index] ?? declaration.namePlace
      guard var value = tensorValue(of: term, like: nil, at: place) else {
        if term.isNone { report(.wrongKind(term, wanted: "a tensor", at: place)) }
        types.append(.unknown)
        continue
      }
      if !builder.isResult(value, in: builder.graph.body) || outputs.contains(value) {
        value = builder.write("Identity", [value], attributes: [], outputCount: 1).first ?? value
      }
      let name = declaration.results?[safe: index]?.name ?? (index == 0 ? "output" : "output_\(index)")
      builder.name(value, name)
      outputs.append(value)
      types.append(builder.known(value).type)
    }
    builder.setOutputs(outputs)
    return types
  }

  private func functionCost(_ graph: Graph) -> Cost? {
    var total = Cost()
    for node in graph.nodes.indices {
      guard let cost = costs[node] ?? Catalogue.cost(of: node, in: graph, opsets: builder.opsets) else { return nil }
      total.macs += cost.macs
      total.flops += cost.flops
    }
    return total
  }

  /// The configuration of an operator as the attributes of its function.
  private mutating func declareAttributes(of declaration: Declaration, in function: inout Function) {
    let outer = frame
    for parameter in declaration.parameters where !parameter.isInput {
      guard let value = parameter.defaultValue else {
        function.attributes.append(parameter.name)
        continue
      }
      let term = converted(evaluate(value), to: parameter, at: value.place)
      if !term.isUnknown, !term.isNone, let attribute = attribute(parameter.name, term, at: value.place) {
        function.attributeDefaults.append(attribute)
      }
    }
    frame = outer
  }

  /// Adds a function to the model's, unless it has it already; gives its overload.
  private mutating func keep(_ function: Function) -> String {
    var function = function
    let same = functions.filter {
      $0.domain == function.domain && $0.name == function.name && $0.baseOverload == function.overload
    }
    let fingerprint = function.graph.fingerprint
    if let known = same.first(where: { $0.fingerprint == fingerprint }) { return known.function.overload }
    let base = function.overload
    if !same.isEmpty { function.overload = base + (base.isEmpty ? "" : "_") + "\(same.count)" }
    functions.append(KeptFunction(function: function, baseOverload: base, fingerprint: fingerprint))
    return function.overload
  }

  /// Makes an attribute of the node written last the one that a call of the function gives.
  ///
  /// - Parameter names: the attributes whose arguments are the function's own configuration, and what that is called.
  mutating func passAttributes(_ names: [String: String], ofNodesSince count: Int, operatorType: String) {
    guard !names.isEmpty else { return }
    for node in builder.graph.nodes.indices.dropFirst(count)
    where builder.graph.nodes[node].operatorType == operatorType {
      for (attribute, parameter) in names { builder.reference(attribute, of: node, parameter) }
    }
  }
}

/// A function of the model, as the text made it.
struct KeptFunction {
  var function: Function
  /// The overload that the text names.
  var baseOverload: String
  var fingerprint: String

  var domain: String { function.domain }
  var name: String { function.name }
}

extension Graph {
  /// A text that two graphs share only if they compute the same by the same nodes, types apart.
  fileprivate var fingerprint: String {
    var text = ""
    func name(_ value: Value.ID?) -> String { value.map { values[$0].name } ?? "" }
    func describe(_ region: Region.ID) {
      text += "(" + regions[region].inputs.map(name).joined(separator: ",") + ")"
      for node in regions[region].nodes.map({ nodes[$0] }) {
        text += "\(node.domain).\(node.operatorType)~\(node.overload)("
        text += node.inputs.map(name).joined(separator: ",") + "->"
        text += node.outputs.map(name).joined(separator: ",") + ")"
        for attribute in node.attributes {
          text += attribute.name
          if case .graph(let inner) = attribute.value { describe(inner) } else { text += "\(attribute.value);" }
        }
      }
      text += "->" + regions[region].outputs.map(name).joined(separator: ",")
    }
    describe(body)
    return text
  }
}
