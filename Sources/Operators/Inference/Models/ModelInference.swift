package import Graphs
import Tensors

/// What a node takes in the place of its arguments, given what is known of these.
package typealias ArgumentRevision = (Node.ID, [InferredValue?]) -> [InferredValue?]

/// A model of a file with the types of all values that can be inferred, and what is wrong with it.
///
/// Weights are never read, but for small constants that sizes depend on. Sizes are exact expressions of the sizes that the
/// inputs declare; unlike in a Mica text, these may be 0.
///
/// Complexity: linear in the nodes, with those of functions and subgraphs as often as they are called.
package struct ModelInference {
  /// The model, whose values have the types that are known.
  ///
  /// Values whose recorded types contradict what is inferred keep those, and the model's outputs what is declared of their
  /// sizes. Each graph's `valueInfo` lists all values of
  /// which an element type is known; nothing else is changed.
  package private(set) var model: Model
  package private(set) var problems: [ModelProblem]
  /// What is known of each value of the model's graph, by its index; in the body of an If, Loop or Scan, what
  /// holds whenever it runs.
  package let facts: [InferredValue]

  /// Infers `model`.
  ///
  /// - Parameters:
  ///   - namesOpenSizes: whether sizes that the inputs leave open have names in the result, such as `x.shape[0]`; no
  ///     file is to have them.
  ///   - declarations: finds operators that the catalogue does not have.
  ///   - revising: what nodes of the graph are to take instead of their arguments.
  package init(
    of model: Model, namesOpenSizes: Bool = false, declarations: OperatorDeclarations? = nil,
    revising: ArgumentRevision? = nil
  ) {
    let session = InferenceSession(model, declarations: declarations)
    let resolver = OperatorResolver(model.opsetImports, functions: model.functions)
    let body = model.graph.regions[model.graph.body]
    var recorded = RecordedTypes()
    // Before version 4 of the format every initializer had to be an input, and none could be given.
    let areFixed = model.irVersion < 4
    let fixed = areFixed ? Dictionary(body.initializers.map { ($0.value, $0.tensor) }) { first, _ in first } : [:]
    let arguments = body.inputs.map { input -> InferredValue? in
      if let tensor = fixed[input] { return InferredValue(constant: tensor) }
      return InferredValue(
        type: recorded.declare(model.graph.values[input].type, input: model.graph.values[input].name))
    }
    for case let argument? in arguments { session.limits.declare(argument.type) }
    let inference = GraphInference(
      model.graph, session: session, resolver: resolver, recorded: recorded, revising: revising)
    _ = inference.run(arguments: arguments)
    var seen: Set<ModelProblem> = []
    problems =
      (resolver.newer + resolver.missing.sorted().map(ModelProblem.missingOpset) + model.graph.negativeSizes
      + inference.problems)
      .filter { seen.insert($0).inserted }
    self.model = model
    facts = inference.facts
    if namesOpenSizes {
      for (input, argument) in zip(body.inputs, arguments) {
        if let argument { self.model.graph.values[input].type = argument.type }
      }
      recorded.showOpenSizes()
    }
    record(inference, recorded)
  }

  private mutating func record(_ inference: GraphInference, _ recorded: RecordedTypes) {
    var isOutput = [Bool](repeating: false, count: model.graph.values.count)
    for output in model.graph.regions[model.graph.body].outputs { isOutput[output.index] = true }
    // The last region that lists each value.
    var lister = [Region.ID?](repeating: nil, count: model.graph.values.count)
    for id in model.graph.regions.indices {
      for value in model.graph.regions[id].valueInfo { lister[value.index] = id }
      for value in model.graph.regions[id].outputs { lister[value.index] = id }
      var added: [Value.ID] = []
      for node in model.graph.regions[id].nodes {
        for case let value? in model.graph.nodes[node].results where !inference.contradicted.contains(value) {
          let (fact, old) = (inference.facts[value.index].type, model.graph.values[value].type)
          let type =
            isOutput[value.index]
            ? recorded.written(fact, overOutput: old) : recorded.written(fact, over: old)
          guard type.isWritable, model.graph.values[value].denotation?.isOverwritable ?? true else { continue }
          model.graph.values[value].type = type
          model.graph.regions[id].recordedTypes[value] = nil
          if lister[value.index] != id, !model.graph.values[value].name.isEmpty { added.append(value) }
          lister[value.index] = id
        }
      }
      model.graph.regions[id].valueInfo += added
    }
  }
}

extension Graph {
  /// Sizes below 0 that the file claims; −1 is what exporters write for one that they do not know.
  fileprivate var negativeSizes: [ModelProblem] {
    var problems: [ModelProblem] = []
    for id in values.indices {
      guard let sizes = values[id].denotation?.negativeSizes, !sizes.isEmpty else { continue }
      for (axis, size) in sizes.sorted(by: { $0.key < $1.key }) where size < -1 {
        problems.append(.negativeSize(size, axis: axis, of: values[id].name))
      }
    }
    return problems
  }
}

extension ValueType {
  /// Whether a file can say so much: a TypeProto has an element type.
  fileprivate var isWritable: Bool {
    switch self {
    case .tensor(let type), .sparseTensor(let type): type.element != nil
    case .sequence(let element), .optional(let element): element.isWritable
    case .map(_, let value): value.isWritable
    case .unknown: false
    }
  }
}
