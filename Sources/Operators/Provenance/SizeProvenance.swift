package import Graphs
package import Tensors

/// Finds what the sizes of a graph are made of: which sizes of which arguments, and which attributes.
///
/// Nothing is asked of an operator but its rule. A node is inferred again with symbols for the sizes of its arguments;
/// the size of a result is then an expression over them. An attribute counts where the expression is another one
/// without it. Where a rule gives no expression for symbols, nothing is guessed.
///
/// Knows what it has found, so that further questions about the same graph cost less.
package struct SizeProvenance: Sendable {
  package let graph: Graph
  let opsets: [String: Int]
  private let functions: Set<[String]>
  /// Whether inputs with an initializer are stored tensors all the same.
  let storesInputs: Bool
  /// Whether the numbers of parameters are known, and not to be trained first.
  let fixesParameters: Bool
  /// How many more calls may be inferred.
  private var budget: Int
  /// What is known of values besides their types.
  var known: [Value.ID: InferredValue] = [:]
  /// The tensors of the graph's initializers, where they were asked for.
  var tensors: [Value.ID: (tensor: Tensor, isFixed: Bool)]?
  private var calls: [Node.ID: Calls] = [:]
  private var found: [SizeReference: Found] = [:]
  /// What calls hand on, and where sizes were made that are handed on from far away.
  var passages = SizePassages()
  var origins: [SizeReference: SizeReference] = [:]

  /// A node's symbolic calls as far as they were made, in the order of `Form.all`.
  private struct Calls {
    var arguments: [Value.ID?]
    var known: [InferredValue?]
    var made: [(call: SymbolicCall, outputs: [InferredValue])?] = []
  }

  /// A step without its attributes, with the call that gave its formula.
  private struct Found {
    var step: SizeStep
    var call: SymbolicCall?
  }

  private struct Form {
    var sharing: SymbolicCall.Sharing
    var keeping: SymbolicCall.Keeping

    static let all = SymbolicCall.Keeping.allCases.flatMap { keeping in
      SymbolicCall.Sharing.allCases.map { Form(sharing: $0, keeping: keeping) }
    }
  }

  /// - Parameters:
  ///   - model: with the types of its values.
  ///   - opsets: the version of each operator set; the empty domain is ai.onnx.
  ///   - budget: how many calls may be inferred in all; beyond that there are no steps.
  ///   - fixesParameters: whether the numbers of parameters are known, as in a file, and not to be trained first.
  package init(_ model: Model, opsets: [String: Int], budget: Int = 200_000, fixesParameters: Bool = false) {
    graph = model.graph
    self.opsets = opsets
    self.fixesParameters = fixesParameters
    functions = Set(model.functions.map { [Catalogue.canonical($0.domain), $0.name, $0.overload] })
    // Before version 4 of the format every initializer had to be an input, and none could be given.
    storesInputs = model.irVersion < 4
    self.budget = budget
  }

  /// The same of a file's model, for the operator sets that it imports.
  package init(_ model: Model, budget: Int = 200_000) {
    let opsets = model.opsetImports.map { (Catalogue.canonical($0.domain), Int(clamping: $0.version)) }
    self.init(
      model, opsets: Dictionary(opsets, uniquingKeysWith: { first, _ in first }), budget: budget,
      fixesParameters: true)
  }

  /// A graph that is still being built.
  package init(_ builder: GraphBuilder, budget: Int) {
    graph = builder.graph
    opsets = builder.opsets
    functions = []
    storesInputs = false
    fixesParameters = false
    self.budget = budget
    for value in graph.values.indices {
      let fact = builder.known(value)
      if !fact.isTypeOnly { known[value] = fact }
    }
  }

  /// Lets as many calls be inferred from now on, whatever was left.
  package mutating func allow(_ budget: Int) { self.budget = budget }

  /// Whether questions are no longer answered in full.
  package var isExhausted: Bool { budget <= 0 }

  /// The size that is referred to; unknown where the value has no such axis or element.
  package mutating func size(of reference: SizeReference) -> Dimension {
    switch reference.part {
    case .axis(let axis):
      let sizes = graph.values[reference.value].type.shape?.dimensions ?? []
      return sizes.indices.contains(axis) ? sizes[axis] : .unknown
    case .element(let index):
      let elements = known(reference.value).elements ?? []
      return elements.indices.contains(index) ? elements[index] : .unknown
    }
  }

  /// What the node behind a value makes a size of; `nil` for inputs, initializers, what nothing defines, and where the
  /// budget is spent.
  package mutating func step(of reference: SizeReference) -> SizeStep? {
    guard let found = find(reference) else { return nil }
    var step = found.step
    step.attributes = attributes(of: found.step, found.call)
    return step
  }

  /// The same without attributes.
  mutating func plainStep(of reference: SizeReference) -> SizeStep? { find(reference)?.step }

  private mutating func find(_ reference: SizeReference) -> Found? {
    if let known = found[reference] { return known }
    guard case .result(let node, let index) = graph.values[reference.value].definition else { return nil }
    guard !isExhausted else { return nil }
    let result = search(reference, node, index)
    // What was not asked for is not unknown.
    guard !isExhausted else { return nil }
    found[reference] = result
    return result
  }

  private mutating func search(_ reference: SizeReference, _ node: Node.ID, _ index: Int) -> Found {
    let size = size(of: reference)
    var step = SizeStep(
      reference: reference, size: size, node: node, formula: nil, sources: [], attributes: [])
    guard schema(of: node) != nil, !graph.nodes[node].holdsRegions else { return Found(step: step) }
    for form in Form.all.indices {
      guard let (call, outputs) = call(form, of: node), outputs.indices.contains(index),
        let formula = reference.part.size(in: outputs[index]), !formula.isUnknown,
        let sources = call.sources(of: formula), agrees(formula, sources, with: size)
      else { continue }
      step.formula = formula
      step.sources = sources
      let reduced = call.sharing == .none ? nil : reduce(sources, of: formula, reference, call, node, index)
      if let reduced { step.sources = reduced.sources }
      return Found(step: step, call: reduced?.call ?? call)
    }
    return Found(step: step)
  }

  /// Whether a formula gives the size that is known.
  private func agrees(_ formula: Dimension, _ sources: [SizeStep.Source], with size: Dimension) -> Bool {
    if size.isUnknown { return true }
    let sizes = Dictionary(sources.map { ($0.symbol, $0.size) }, uniquingKeysWith: { first, _ in first })
    return formula.substituting(sizes).isProvablyEqual(to: size)
  }

  /// Takes out those of equal sizes that need not be equal for the formula to hold.
  private mutating func reduce(
    _ sources: [SizeStep.Source], of formula: Dimension, _ reference: SizeReference, _ call: SymbolicCall,
    _ node: Node.ID, _ index: Int
  ) -> (sources: [SizeStep.Source], call: SymbolicCall)? {
    guard sources.count <= SymbolicCall.elementLimit, let calls = calls[node] else { return nil }
    var (kept, call) = (sources, call)
    for source in sources where kept.count(where: { $0.symbol == source.symbol }) > 1 {
      guard
        let freer = call.setting(apart: source.reference, arguments: calls.arguments, known: calls.known),
        let outputs = infer(node, freer.inputs), outputs.indices.contains(index),
        reference.part.size(in: outputs[index]) == formula
      else { continue }
      kept.removeAll { $0.reference == source.reference }
      call = freer
    }
    return (kept, call)
  }

  private mutating func call(_ form: Int, of node: Node.ID) -> (call: SymbolicCall, outputs: [InferredValue])? {
    if calls[node] == nil {
      let arguments = graph.nodes[node].inputs
      let known = arguments.map { $0.map { self.known($0) } }
      if isExhausted { return nil }
      calls[node] = Calls(arguments: arguments, known: known)
    }
    guard let known = calls[node] else { return nil }
    if known.made.indices.contains(form) { return known.made[form] }
    let wanted = Form.all[form]
    let made = SymbolicCall(
      arguments: known.arguments, known: known.known, sharing: wanted.sharing, keeping: wanted.keeping
    ).flatMap { call in infer(node, call.inputs).map { (call, $0) } }
    if !isExhausted { calls[node]?.made.append(made) }
    return made
  }

  /// The attributes without which a step's size would be another expression.
  private mutating func attributes(of step: SizeStep, _ call: SymbolicCall?) -> [SizeStep.AttributeUse] {
    guard let schema = schema(of: step.node), !graph.nodes[step.node].holdsRegions,
      case .result(_, let index) = graph.values[step.reference.value].definition
    else { return [] }
    let inputs = call?.inputs ?? graph.nodes[step.node].inputs.map { $0.map { known($0) } }
    let sizes = (call?.sources ?? []).map { ($0.symbol, $0.size) }
    let bindings = Dictionary(sizes, uniquingKeysWith: { first, _ in first })
    let usual = call == nil ? step.size : step.formula ?? .unknown
    let given = graph.nodes[step.node].attributes
    return given.indices.compactMap { position in
      let others = given[position].variants(isRequired: schema.attribute(given[position].name)?.isRequired ?? false)
      var counts = false
      for other in others {
        var attributes = given
        if let other { attributes[position].value = other } else { attributes.remove(at: position) }
        guard let outputs = infer(step.node, inputs, attributes: attributes), outputs.indices.contains(index) else {
          continue
        }
        let result = step.reference.part.size(in: outputs[index]) ?? .unknown
        guard result != usual else { continue }
        counts = true
        if !result.substituting(bindings).isProvablyEqual(to: step.size) {
          return SizeStep.AttributeUse(attribute: given[position], changesSize: true)
        }
      }
      return counts ? SizeStep.AttributeUse(attribute: given[position], changesSize: false) : nil
    }
  }

  /// The operator that a node calls; `nil` for a function of the model's, and for what the catalogue does not have.
  private func schema(of node: Node.ID) -> OperatorSchema? {
    let node = graph.nodes[node]
    let domain = Catalogue.canonical(node.domain)
    guard node.overload.isEmpty, functions.isEmpty || !functions.contains([domain, node.operatorType, node.overload])
    else { return nil }
    guard let opset = opset(of: domain) else { return nil }
    return Catalogue.schema(domain: domain, name: node.operatorType, opset: opset)
      ?? Catalogue.newestSchema(domain: domain, name: node.operatorType)
  }

  private func opset(of domain: String) -> Int? { opsets[domain] ?? Catalogue.newestOpset(domain: domain) }

  /// What a node gives for arguments of which so much is known; `nil` where nothing may be inferred any more.
  mutating func infer(
    _ node: Node.ID, _ inputs: [InferredValue?], attributes: [Attribute]? = nil
  ) -> [InferredValue]? {
    guard budget > 0, let schema = schema(of: node) else { return nil }
    budget -= 1
    return schema.infer(
      opset: opset(of: schema.domain) ?? schema.sinceVersion, inputs: inputs,
      attributes: attributes ?? graph.nodes[node].attributes, outputCount: graph.nodes[node].results.count
    ).outputs
  }
}

extension SizeReference.Part {
  /// The size of a value that the part is; `nil` where it has no such axis or element.
  func size(in value: InferredValue) -> Dimension? {
    switch self {
    case .axis(let axis):
      let sizes = value.type.shape?.dimensions ?? []
      return sizes.indices.contains(axis) ? sizes[axis] : nil
    case .element(let index):
      let elements = value.elements ?? []
      return elements.indices.contains(index) ? elements[index] : nil
    }
  }
}

extension Attribute {
  /// Other values to infer with; `nil` is none at all.
  ///
  /// - Parameter isRequired: numbers that must be there become other numbers, one at a time.
  fileprivate func variants(isRequired: Bool) -> [Attribute.Value?] {
    guard isRequired else { return [nil] }
    switch value {
    case .int(let value): return [value &+ 1, value &- 1].map { .int($0) }
    case .ints(let values):
      return values.indices.prefix(32).flatMap { index in
        [Int64(1), -1].map { change in
          var changed = values
          changed[index] &+= change
          return .ints(changed)
        }
      }
    case .float(let value): return [.float(value * 2)]
    case .floats(let values):
      return values.indices.prefix(32).map { index in
        var changed = values
        changed[index] *= 2
        return .floats(changed)
      }
    default: return [nil]
    }
  }
}
