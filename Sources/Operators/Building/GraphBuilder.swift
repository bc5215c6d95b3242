package import Graphs
package import Tensors

/// A graph while it is being built: every call is fitted to the operator set, and its results are inferred, as it is written.
///
/// Nodes go to the current region: the body, or the subgraph that `beginRegion` opened last. Nothing here throws: a call
/// that is wrong reports problems, and its results keep whatever of their types is known.
package struct GraphBuilder {
  package internal(set) var graph: Graph
  /// The version of each operator set that is being written; the empty domain is ai.onnx.
  package let opsets: [String: Int]
  /// The region that nodes are written to.
  package internal(set) var region: Region.ID
  /// Where nodes that no call stands behind come from: set it before `constant`, `sizes` and their like.
  package var origin = Origin()
  /// What was wrong with the last call, or with the last question for sizes.
  package internal(set) var problems: [OperatorProblem] = []
  /// What is known of each value, by its index.
  var factOfValue: [Fact] = []
  var facts = FactTable()
  /// The open regions around the current one, outermost first.
  var enclosing: [Region.ID] = []
  /// Values that carry a dimension that is a plain symbol.
  var sources = DimensionSources()
  /// Sizes written already, by the region that they were written in.
  var written: [Region.ID: WrittenSizes] = [:]
  /// Constants that became attributes when a call was fitted.
  var replacedConstants: Set<Value.ID> = []
  /// The forms that operators are written in, by the schemas that calls mean.
  var targets: [ObjectIdentifier: (OperatorSchema, opset: Int)] = [:]
  /// How large the sizes of the model's inputs may be.
  var limits = SizeLimits()
  /// What was inferred of the latest calls.
  var memory = InferenceMemory<Fact, Fact>()
  /// How many calls within calls are being written; 0 for a call of the user's.
  var depth = 0

  /// An empty graph for the operator sets; without a version for ai.onnx, the newest in the catalogue.
  package init(graphName: String = "", opsets: [String: Int]) {
    graph = Graph(name: graphName)
    region = graph.body
    var opsets = opsets
    if opsets[""] == nil { opsets[""] = opsets["ai.onnx"] ?? Catalogue.newestOpset(domain: "") ?? 1 }
    self.opsets = opsets
  }

  /// Makes room for a graph of so many nodes.
  package mutating func reserveCapacity(nodes count: Int) {
    graph.nodes.reserveCapacity(count)
    graph.values.reserveCapacity(count)
    graph.regions[region].nodes.reserveCapacity(count)
    factOfValue.reserveCapacity(count)
  }

  /// What is known of a value.
  package func known(_ value: Value.ID) -> InferredValue {
    fact(of: value).map { facts[$0] } ?? InferredValue(type: graph.values[value].type)
  }

  /// Replaces what is known of a value, as an ascription does that is more exact than inference.
  package mutating func refine(_ value: Value.ID, _ fact: InferredValue) {
    graph.values[value].type = fact.type
    note(facts.fact(fact), of: value)
  }

  /// What is known of a value, noted where it was not.
  mutating func notedFact(of value: Value.ID) -> Fact {
    if let fact = fact(of: value) { return fact }
    let fact = facts.fact(InferredValue(type: graph.values[value].type))
    note(fact, of: value)
    return fact
  }

  /// Keeps what is known of a value of the graph.
  private mutating func note(_ fact: Fact, of value: Value.ID) {
    if factOfValue.count < value.index {
      let unknown = facts.fact(InferredValue(type: .unknown))
      factOfValue.append(contentsOf: repeatElement(unknown, count: value.index - factOfValue.count))
    }
    if factOfValue.count == value.index { factOfValue.append(fact) } else { factOfValue[value.index] = fact }
    guard !sources.areSettled(fact, in: region) else { return }
    sources.add(
      value, fact, type: facts.type(fact), isInput: graph.values[value].definition.isInput, region: region)
  }

  /// Appends a value to the graph, without a place in a region.
  mutating func append(_ value: Value, fact: Fact) -> Value.ID {
    let id = graph.values.append(value)
    note(fact, of: id)
    return id
  }
}

extension Value.Definition {
  var isInput: Bool {
    if case .input = self { true } else { false }
  }
}

// MARK: - Inputs, outputs, initialisers

extension GraphBuilder {
  /// Adds an input to the current region.
  package mutating func addInput(_ name: String, _ type: ValueType, origin: Origin = Origin()) -> Value.ID {
    let definition = Value.Definition.input(region, index: graph.regions[region].inputs.count)
    let id = append(
      Value(name: name, type: type, definition: definition, origin: origin), fact: facts.fact(InferredValue(type: type))
    )
    graph.regions[region].inputs.append(id)
    if region == graph.body { limits.declare(type) }
    return id
  }

  /// Adds a stored tensor to the current region, under a name or, to be named later, without.
  package mutating func addInitializer(
    _ name: String? = nil, _ tensor: Tensor, role: Initializer.Role, origin: Origin = Origin()
  ) -> Value.ID {
    let fact = InferredValue(
      type: tensor.type, elements: tensor.shapeElements, constant: role == .constant ? tensor : nil)
    let id = append(
      Value(name: name ?? "", type: tensor.type, definition: .initializer(region), origin: origin),
      fact: facts.fact(fact))
    graph.regions[region].initializers.append(Initializer(value: id, tensor: tensor, role: role))
    return id
  }

  /// Adds a stored sparse tensor to the current region, or to the body.
  package mutating func addSparseInitializer(
    _ name: String, _ tensor: SparseTensor, inBody: Bool, origin: Origin = Origin()
  ) -> Value.ID {
    let region = inBody ? graph.body : self.region
    let type = ValueType.tensor(TensorType(tensor.values.tensor.element, tensor.sizes.map { Dimension($0) }))
    let id = append(
      Value(name: name, type: type, definition: .initializer(region), origin: origin),
      fact: facts.fact(InferredValue(type: type)))
    graph.regions[region].sparseInitializers.append(SparseInitializer(value: id, tensor: tensor))
    return id
  }

  /// Adds a name that nothing defines.
  package mutating func addUndefined(_ name: String, origin: Origin = Origin()) -> Value.ID {
    append(
      Value(name: name, type: .unknown, definition: .undefined, origin: origin),
      fact: facts.fact(InferredValue(type: .unknown)))
  }

  /// Takes out the constants that became attributes, where nothing else uses them; to be called when all is written.
  package mutating func removeReplacedConstants() {
    guard replacesConstants else { return }
    var unused = replacedConstants
    for region in graph.regions.indices {
      unused.subtract(graph.regions[region].outputs)
      for node in graph.regions[region].nodes {
        unused.subtract(graph.nodes[node].arguments.compactMap(\.self))
      }
    }
    guard !unused.isEmpty else { return }
    for region in graph.regions.indices {
      graph.regions[region].nodes.removeAll { [graph, unused] node in
        graph.nodes[node].operatorType == "Constant" && graph.nodes[node].domain.isEmpty
          && graph.nodes[node].results.allSatisfy { $0.map(unused.contains) ?? true }
      }
      graph.regions[region].initializers.removeAll { $0.role == .constant && unused.contains($0.value) }
    }
  }

  /// Whether calls were fitted by making constants attributes, so that what is used elsewhere decides which constants stay.
  package var replacesConstants: Bool { !replacedConstants.isEmpty }

  /// Gives the graph away and keeps none of it: to be called last.
  ///
  /// Whoever has it then changes it without copying it first.
  package mutating func takeGraph() -> Graph {
    let built = graph
    graph = Graph()
    return built
  }

  /// Goes on with the graph that was taken.
  package mutating func takeUp(_ graph: Graph) { self.graph = graph }

  /// Declares the outputs of the current region, in order.
  package mutating func setOutputs(_ outputs: [Value.ID]) {
    graph.regions[region].outputs = outputs
  }
}

// MARK: - Subgraphs

extension GraphBuilder {
  /// Opens a subgraph in the current region; what follows is written into it, until `endRegion`.
  ///
  /// The node that owns it does not exist yet: `call` makes itself the owner of the regions in its attributes.
  package mutating func beginRegion(_ name: String = "") -> Region.ID {
    let id = graph.regions.append(Region(name: name))
    enclosing.append(region)
    region = id
    return id
  }

  /// Closes the current subgraph.
  ///
  /// - Precondition: one is open.
  package mutating func endRegion() {
    guard let outer = enclosing.popLast() else { preconditionFailure("no subgraph is open") }
    sources.close(region)
    written[region] = nil
    region = outer
  }
}

// MARK: - Instances and names

extension GraphBuilder {
  /// Adds an instance to the tree of paths.
  package mutating func addInstance(_ instance: Instance) -> Instance.ID {
    graph.instances.append(instance)
  }

  /// Says what an instance returned.
  package mutating func setInstanceOutputs(_ instance: Instance.ID, _ outputs: [Value.ID]) {
    graph.instances[instance].outputs = outputs
  }

  /// Gives a value its name in the exported file.
  package mutating func name(_ value: Value.ID, _ name: String) {
    graph.values[value].name = name
  }
}
