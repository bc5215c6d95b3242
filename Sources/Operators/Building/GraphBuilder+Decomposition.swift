import Graphs
import Tensors

extension GraphBuilder {
  /// Decompositions that write each other; deeper than this they go round in circles.
  private static let depthLimit = 8

  /// Writes a call in terms of other operators; `nil` where no rule can.
  ///
  /// What is wrong with the call itself is reported as of the operator that the user wrote, never of its parts.
  mutating func decompose(_ call: OperatorCall, _ declared: OperatorSchema) -> [Value.ID?]? {
    let domain = Catalogue.canonical(call.domain)
    guard let rule = Catalogue.rules(domain: domain, name: call.name)?.decompose, depth < Self.depthLimit,
      let newest = Catalogue.newestSchema(domain: domain, name: call.name)
    else { return nil }
    // A decomposition reads the call in the newest form.
    let fitted = fit(call, declared: declared, target: newest)
    guard fitted.obstacles.isEmpty else { return nil }
    var call = call
    let count = call.outputCount
    // What comes behind the last result that the call wants need not be written.
    call.outputCount = (0..<count).last(where: call.wants).map { $0 + 1 } ?? count
    call.inputs = fitted.inputs
    call.attributes = newest.fitted(fitted.attributes).attributes
    let (facts, found) = newest.infer(
      opset: newest.sinceVersion, inputs: call.inputs.map { $0.map(known) }, attributes: call.attributes,
      outputCount: call.outputCount, regionOutputs: regionOutputs(of: call.attributes), limits: limits)
    guard found.isEmpty else {
      problems += found
      let written = append(call, inputs: call.inputs, attributes: call.attributes, known: facts)
      return written + Array(repeating: nil, count: count - written.count)
    }
    let mark = Checkpoint(self)
    guard let results = run(rule, call, newest), results.count == call.outputCount else {
      restore(mark)
      return nil
    }
    for (result, fact) in zip(results, facts) { merge(fact, into: result) }
    return (0..<count).map { call.wants($0) && results.indices.contains($0) ? results[$0] : nil }
  }

  /// Runs a rule with this builder as its writer, which moves there and back: a copy would copy the graph.
  private mutating func run(
    _ rule: @Sendable (inout DecompositionContext) -> Bool, _ call: OperatorCall, _ schema: OperatorSchema
  ) -> [Value.ID]? {
    var moved = GraphBuilder(opsets: opsets)
    swap(&self, &moved)
    moved.depth += 1
    var context = DecompositionContext(call: call, schema: schema, writer: consume moved)
    let isDone = rule(&context)
    guard let written = context.writer as? GraphBuilder else { preconditionFailure("a rule replaced its writer") }
    let results = context.results
    self = written
    depth -= 1
    return isDone ? results : nil
  }

  /// Adds what the operator's own rule knows of a result to what its parts gave.
  private mutating func merge(_ fact: InferredValue, into value: Value.ID) {
    var known = known(value)
    known.elements = known.elements ?? fact.elements
    if case .tensor(var type) = known.type, case .tensor(let other) = fact.type {
      type.element = type.element ?? other.element
      if let sizes = type.shape?.dimensions, let others = other.shape?.dimensions, sizes.count == others.count {
        type.shape = Shape(zip(sizes, others).map { $0.isUnknown ? $1 : $0 })
      } else {
        type.shape = type.shape ?? other.shape
      }
      known.type = .tensor(type)
    } else if known.type == .unknown {
      known.type = fact.type
    }
    refine(value, known)
  }

  /// What a decomposition that gives up has to leave as it was.
  private struct Checkpoint {
    let nodeCount: Int
    let sources: DimensionSources
    let written: [Region.ID: WrittenSizes]
    let problems: [OperatorProblem]

    init(_ builder: GraphBuilder) {
      nodeCount = builder.graph.regions[builder.region].nodes.count
      sources = builder.sources
      written = builder.written
      problems = builder.problems
    }
  }

  /// Takes the nodes written since out of the region; they and their values stay in the arenas, unused.
  private mutating func restore(_ checkpoint: Checkpoint) {
    let surplus = graph.regions[region].nodes.count - checkpoint.nodeCount
    graph.regions[region].nodes.removeLast(max(0, surplus))
    (sources, written, problems) = (checkpoint.sources, checkpoint.written, checkpoint.problems)
  }
}
