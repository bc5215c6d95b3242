import Graphs
import Tensors

/// Infers what is known of every value of a graph with its subgraphs, node by node, in the order in which they can run.
///
/// A node of which nothing is known leaves its results unknown, and all else goes on.
final class GraphInference {
  let graph: Graph
  let session: InferenceSession
  let resolver: OperatorResolver
  /// What the attributes of the function that this graph is the body of have been given.
  let attributes: [String: Attribute.Value]
  /// The name of that function.
  let function: String?
  /// The types that the graph's file records, where they count.
  private let recorded: RecordedTypes?
  private let revising: ArgumentRevision?
  /// What is known of each value, by its index.
  private(set) var facts: [InferredValue]
  /// Values whose recorded types contradict what is inferred.
  private(set) var contradicted: Set<Value.ID> = []
  private var orders: [Region.ID: [Node.ID]] = [:]
  private var structure: [ModelProblem] = []
  private var found: [Region.ID: [ModelProblem]] = [:]
  /// Subgraphs being inferred, outermost first.
  private var open: [OpenRegion] = []

  private struct OpenRegion {
    /// Whether it may run more than once.
    var isRepeated: Bool
    /// Whether it may run at all.
    var isReached: Bool
  }

  /// Subgraphs of which it was too much work to follow each round.
  private var costly: Set<Region.ID> = []

  private static let maximumDepth = 120
  /// What part of the work that is left one node of the graph may take, with its subgraphs and functions.
  private static let nodePart = 4
  /// What part of that following the rounds of one loop may take.
  private static let attemptPart = 16

  init(
    _ graph: Graph, session: InferenceSession, resolver: OperatorResolver, attributes: [String: Attribute.Value] = [:],
    function: String? = nil, recorded: RecordedTypes? = nil, revising: ArgumentRevision? = nil
  ) {
    self.graph = graph
    self.session = session
    self.resolver = resolver
    self.attributes = attributes
    self.function = function
    self.recorded = recorded
    self.revising = revising
    facts = Array(repeating: InferredValue(type: .unknown), count: graph.values.count)
  }

  /// What is wrong with the graph, in the order of its regions.
  var problems: [ModelProblem] {
    structure + graph.regions.indices.flatMap { found[$0] ?? [] }
  }

  /// Infers the whole graph for arguments, and gives what is known of its outputs.
  func run(arguments: [InferredValue?]) -> [InferredValue] {
    for value in graph.shadowed {
      structure.append(.duplicateValue(graph.values[value].name, at: place(ofDefinition: value)))
    }
    if function == nil { session.typeOfValue = { [unowned self] in facts[$0.index].type } }
    for (input, argument) in zip(graph.regions[graph.body].inputs, arguments) {
      facts[input.index] = argument ?? InferredValue(type: .unknown)
      if let type = argument?.type, type.isTooLarge {
        structure.append(.tooLarge(type, of: graph.values[input].name))
      }
    }
    return run(graph.body)
  }

  private func run(_ region: Region.ID) -> [InferredValue] {
    let order = orders[region] ?? prepare(region)
    found[region] = []
    guard session.spend(order.count + 1) else { return forget(region) }
    for node in order { infer(node, in: region) }
    return graph.regions[region].outputs.map { facts[$0.index] }
  }

  /// Infers a subgraph for arguments.
  private func evaluate(
    _ region: Region.ID, _ arguments: [InferredValue], isRepeated: Bool, isReached: Bool
  ) -> [InferredValue] {
    guard open.count < Self.maximumDepth else { return forget(region) }
    open.append(
      OpenRegion(
        isRepeated: isRepeated || open.last?.isRepeated == true, isReached: isReached && open.last?.isReached != false))
    defer {
      if open.removeLast().isReached == false { found[region] = [] }
    }
    for (place, input) in graph.regions[region].inputs.enumerated() {
      var argument = arguments.indices.contains(place) ? arguments[place] : InferredValue(type: .unknown)
      // What a body declares is true of each round; what exporters record of its sizes is often true of the first only.
      if argument.type == .unknown { argument.type = graph.values[input].type.withoutShape }
      facts[input.index] = argument
    }
    return run(region)
  }

  /// Makes all that a region computes unknown.
  private func forget(_ region: Region.ID) -> [InferredValue] {
    found[region] = [.tooMuchWork(at: place(of: region))]
    for node in graph.regions[region].nodes {
      for case let output? in graph.nodes[node].outputs { facts[output.index] = InferredValue(type: .unknown) }
      for inner in graph.nodes[node].attributes.flatMap(\.value.regions) { _ = forget(inner) }
    }
    return graph.regions[region].outputs.map { facts[$0.index] }
  }

  /// Finds the order of a region's nodes and what is wrong with their names; its initializers become known.
  private func prepare(_ id: Region.ID) -> [Node.ID] {
    let region = graph.regions[id]
    var inputs = Set(region.inputs)
    for initializer in region.initializers where !inputs.contains(initializer.value) {
      facts[initializer.value.index] = InferredValue(constant: initializer.tensor)
    }
    for sparse in region.sparseInitializers where !inputs.contains(sparse.value) {
      let element = sparse.tensor.values.tensor.element
      facts[sparse.value.index] = InferredValue(
        type: .tensor(TensorType(element, sparse.tensor.sizes.map { Dimension($0) })))
    }
    inputs = []
    for node in region.nodes {
      for case let input? in graph.nodes[node].arguments where graph.values[input].definition == .undefined {
        structure.append(.undefinedValue(graph.values[input].name, at: place(of: node)))
      }
    }
    for output in region.outputs where graph.values[output].definition == .undefined {
      structure.append(.undefinedValue(graph.values[output].name, at: "the outputs of \(place(of: id))"))
    }
    let (order, cyclic) = graph.executionOrder(of: id)
    if !cyclic.isEmpty { structure.append(.cycle(cyclic.prefix(5).map(place(of:)), count: cyclic.count)) }
    orders[id] = order
    return order
  }
}

// MARK: - Nodes

extension GraphInference {
  private func infer(_ id: Node.ID, in region: Region.ID) {
    let callee = resolver.callee(of: graph.nodes[id])
    if revising == nil, case .schema(let schema, let opset) = callee,
      let known = remembered(id, schema, opset: opset)
    {
      settle(id, known, in: region)
      return
    }
    var inputs = graph.nodes[id].arguments.map { $0.map { facts[$0.index] } }
    if let revising { inputs = revising(id, inputs) }
    let results: [InferredValue]
    switch callee {
    case .schema(let schema, let opset): results = infer(id, schema, opset: opset, inputs, in: region)
    case .function(let index): results = spendingPart { call(index, id, inputs, in: region) }
    case .either(let index, let schema, let opset):
      let both = (
        spendingPart { call(index, id, inputs, in: region) }, infer(id, schema, opset: opset, inputs, in: region)
      )
      results = zip(both.0, both.1).map { InferredValue(type: $0.type.joined(with: $1.type)) }
    case .unknown(let opset): results = inferDeclared(id, opset: opset, inputs, in: region)
    }
    settle(id, results, in: region)
  }

  /// What is known of the results of a call like one before; `nil` where more than types is known of its arguments.
  private func remembered(_ id: Node.ID, _ schema: OperatorSchema, opset: Int) -> [InferredValue]? {
    session.memory.results(
      of: schema, opset: opset, attributes: passed(graph.nodes[id].attributes), count: graph.nodes[id].results.count
    ) { types in
      let arguments = graph.nodes[id].arguments
      guard arguments.count == types.count else { return false }
      for (place, type) in types.enumerated() {
        switch (arguments[place], type) {
        case (nil, nil): continue
        case (let argument?, let type?):
          guard facts[argument.index].isTypeOnly, facts[argument.index].type == type else { return false }
        default: return false
        }
      }
      return true
    }
  }

  /// Notes what is known of a node's results.
  private func settle(_ id: Node.ID, _ results: [InferredValue], in region: Region.ID) {
    let runsAlways = open.isEmpty && function == nil
    for (position, output) in graph.nodes[id].results.enumerated() {
      guard let output else { continue }
      if runsAlways { session.uncounted.append(output) }
      let fact = results.indices.contains(position) ? results[position] : InferredValue(type: .unknown)
      facts[output.index] = reconciled(fact, output, in: region)
      // What comes of a tensor that is too large is told at that one.
      if facts[output.index].type.isTooLarge,
        !graph.nodes[id].arguments.contains(where: { $0.map { facts[$0.index].type.isTooLarge } ?? false })
      {
        found[region]?.append(.tooLarge(facts[output.index].type, of: graph.values[output].name))
      }
    }
  }

  /// Runs what may be much work so that enough is left for the other nodes of the graph.
  private func spendingPart<Result>(_ body: () -> Result) -> Result {
    open.isEmpty ? session.spendingPart(Self.nodePart, body).result : body()
  }

  /// Infers the subgraphs of a node.
  private func subgraphInference(isRepeated: Bool) -> SubgraphInference {
    SubgraphInference(
      declared: { [unowned self] region in graph.regions[region].outputs.map { graph.values[$0].type } },
      bounded: { [unowned self] region, attempt in
        guard !costly.contains(region) else { return }
        if session.spendingPart(Self.attemptPart, attempt).isExhausted { costly.insert(region) }
      },
      { [unowned self] region, arguments, isReached in
        evaluate(region, arguments, isRepeated: isRepeated, isReached: isReached)
      })
  }

  private func infer(
    _ id: Node.ID, _ schema: OperatorSchema, opset: Int, _ inputs: [InferredValue?], in region: Region.ID
  ) -> [InferredValue] {
    let attributes = passed(graph.nodes[id].attributes)
    let fitted = schema.fitted(attributes)
    let count = graph.nodes[id].results.count
    if revising != nil, let types = inputs.typesAlone,
      let known = session.memory.results(of: schema, opset: opset, inputs: types, attributes: attributes, count: count)
    {
      return known
    }
    let holdsRegions = fitted.attributes.contains(where: \.value.holdsRegions)
    func infer() -> (outputs: [InferredValue], problems: [OperatorProblem]) {
      schema.infer(
        opset: opset, inputs: inputs, fitted: fitted, outputCount: count,
        regionInputs: holdsRegions ? graph.regionInputs(of: fitted.attributes) : [:],
        evaluate: holdsRegions ? subgraphInference(isRepeated: schema.name != "If") : nil, limits: session.limits,
        widenedLimits: { [session] in session.widenedLimits() })
    }
    let (outputs, problems) = holdsRegions ? spendingPart(infer) : infer()
    if problems.isEmpty, fitted.problems.isEmpty, let types = inputs.typesAlone {
      session.memory.remember(outputs, of: schema, opset: opset, inputs: types, attributes: attributes)
    }
    for problem in problems { found[region]?.append(.call(problem, of: place(of: id))) }
    return outputs
  }

  /// Infers a node of an operator that the catalogue does not have, as a text declares it.
  private func inferDeclared(
    _ id: Node.ID, opset: Int?, _ inputs: [InferredValue?], in region: Region.ID
  ) -> [InferredValue] {
    let node = graph.nodes[id]
    let call = DeclaredOperatorCall(
      domain: node.domain, name: node.operatorType, overload: node.overload, inputs: inputs,
      attributes: passed(node.attributes))
    guard let (outputs, problems) = session.declarations?(call) else {
      if session.reportedOperators.insert(node.domain + "." + node.operatorType).inserted {
        let name = (node.domain.isEmpty ? "" : node.domain + ".") + node.operatorType
        found[region]?.append(.unknownOperator(name, opset: opset, at: place(of: id)))
      }
      return []
    }
    for problem in problems { found[region]?.append(.call(problem, of: place(of: id))) }
    return outputs
  }

  private func call(
    _ index: Int, _ id: Node.ID, _ inputs: [InferredValue?], in region: Region.ID
  ) -> [InferredValue] {
    switch session.call(index, inputs: inputs, attributes: passed(graph.nodes[id].attributes)) {
    case .inferred(let outputs, let problems):
      found[region]? += problems
      return outputs
    case .recursive:
      found[region]?.append(.recursiveFunction(session.functions[index].name, at: place(of: id)))
    case .tooDeep: found[region]?.append(.tooMuchWork(at: place(of: id)))
    }
    return []
  }

  /// A node's attributes, with those that a function passes on as they were given to it; what was not given is absent.
  private func passed(_ attributes: [Attribute]) -> [Attribute] {
    guard function != nil else { return attributes }
    return attributes.compactMap { attribute in
      guard case .reference(let name, _) = attribute.value else { return attribute }
      return self.attributes[name].map { Attribute(attribute.name, $0) }
    }
  }

  /// What is inferred of a value, completed by what its file records.
  private func reconciled(_ fact: InferredValue, _ value: Value.ID, in region: Region.ID) -> InferredValue {
    guard let recorded, graph.values[value].type != .unknown else { return fact }
    let (type, contradicts) = recorded.completed(fact.type, by: graph.values[value].type)
    if contradicts {
      if contradicted.insert(value).inserted, open.last?.isReached != false {
        let isOutput = graph.regions[region].outputs.contains(value)
        structure.append(
          .recordedType(
            graph.values[value].name, recorded: "\(graph.values[value].type)", inferred: "\(fact.type)",
            isOutput: isOutput))
      }
      return fact
    }
    if region == graph.body, graph.regions[region].outputs.contains(value) {
      for doubt in recorded.doubtful(fact.type, declared: graph.values[value].type) {
        structure.append(
          .doubtfulSize(
            graph.values[value].name, axis: doubt.axis, declared: doubt.declared, inferred: doubt.inferred))
      }
    }
    guard open.last?.isRepeated != true else { return fact }
    var completed = fact
    completed.type = type
    return completed
  }
}

// MARK: - Places

extension GraphInference {
  /// The node as a message names it.
  private func place(of id: Node.ID) -> String {
    let node = graph.nodes[id]
    let output = node.outputs.lazy.compactMap(\.self).first.map { graph.values[$0].name }
    let name = node.name.isEmpty ? output.map { "that gives `\($0)`" } ?? "\(id.index)" : "`\(node.name)`"
    return "\(node.operatorType) node \(name)" + (function.map { " of the function \($0)" } ?? "")
  }

  private func place(ofDefinition value: Value.ID) -> String {
    switch graph.values[value].definition {
    case .result(let node, _): place(of: node)
    case .input(let region, _), .initializer(let region): place(of: region)
    case .undefined: place(of: graph.body)
    }
  }

  private func place(of region: Region.ID) -> String {
    graph.regions[region].owner.map(place(of:)) ?? "graph `\(graph.regions[region].name)`"
  }
}

extension ValueType {
  /// Whether it is a tensor of known sizes with more elements than an integer counts.
  fileprivate var isTooLarge: Bool {
    guard case .tensor(let type) = self, let sizes = type.shape?.dimensions else { return false }
    var count = 1
    var isTooLarge = false
    for dimension in sizes {
      guard let size = dimension.constant, size != 0 else { return false }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      isTooLarge = isTooLarge || overflow
      count = product
    }
    return isTooLarge
  }
}
