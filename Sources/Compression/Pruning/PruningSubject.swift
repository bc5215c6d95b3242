import Graphs
import Operators
import Tensors

/// A model that is to be pruned, with what is known of its values.
struct PruningSubject {
  let model: Model
  let facts: [InferredValue]
  /// The types of all values.
  let types: [ValueType]
  private let leaves: LeafTensors
  /// Initializers that are inputs too, in the place of which nobody may give anything else: files were so before version 4.
  private let fixedInputs: [Value.ID: (index: Int, tensor: Tensor)]
  let opsets: [String: Int]
  /// The nodes of the body, in an order in which they can run.
  let order: [Node.ID]
  /// Which values are made of stored tensors alone.
  private let constants: [Bool]

  var graph: Graph { model.graph }

  /// - Parameter inference: that of the model.
  init(_ model: Model, _ inference: ModelInference) {
    self.model = model
    facts = inference.facts
    let leaves = LeafTensors(model.graph)
    self.leaves = leaves
    let body = model.graph.regions[model.graph.body]
    let inputs = model.irVersion < 4 ? Set(body.inputs) : []
    let fixedInputs = Dictionary(
      body.initializers.enumerated().filter { inputs.contains($1.value) }.map { ($1.value, ($0, $1.tensor)) }
    ) { first, _ in first }
    self.fixedInputs = fixedInputs.mapValues { (index: $0.0, tensor: $0.1) }
    opsets = Dictionary(
      model.opsetImports.map { (Catalogue.canonical($0.domain), Int(clamping: $0.version)) },
      uniquingKeysWith: { first, _ in first })
    let order = model.graph.executionOrder(of: model.graph.body).order
    self.order = order
    let (facts, graph) = (facts, model.graph)
    var constants = Array(graph.values.indices.map { leaves[$0] != nil || fixedInputs[$0] != nil })
    for node in order where graph.nodes[node].attributes.allSatisfy({ !$0.value.holdsRegions }) {
      let inputs = graph.nodes[node].arguments.compactMap(\.self)
      guard !inputs.isEmpty, inputs.allSatisfy({ constants[$0.index] }) else { continue }
      for case let result? in graph.nodes[node].results { constants[result.index] = true }
    }
    self.constants = constants
    types = graph.values.indices.map { id in
      if let leaf = leaves[id] { return leaf.tensor.type }
      let known = facts[id.index].type
      return known == .unknown ? graph.values[id].type : known
    }
  }

  /// What is known of a value: its inferred type or else the one that the file records.
  func fact(_ value: Value.ID) -> InferredValue {
    var fact = facts[value.index]
    if fact.type == .unknown { fact.type = types[value.index] }
    return fact
  }

  /// The tensor that a value of the body is in every run.
  func tensor(_ value: Value.ID) -> Tensor? { leaves[value]?.tensor ?? fixedInputs[value]?.tensor }

  /// Where the tensor of a value is stored.
  func source(of value: Value.ID) -> LeafTensors.Source? {
    leaves[value]?.source ?? fixedInputs[value].map { .initializer(graph.body, index: $0.index) }
  }

  /// Checks that each pattern is like the name of a node or of a stored tensor.
  func checkNames(_ patterns: [String], of option: String) throws(PruningError) {
    guard !patterns.isEmpty else { return }
    let names =
      order.map { graph.nodes[$0].name }
      + graph.values.indices.filter { tensor($0) != nil }.map { graph.values[$0].name }
    for text in patterns {
      let pattern = NamePattern(text)
      guard !names.contains(where: pattern.matches) else { continue }
      throw .unknownName(text, option: option, nearest: Catalogue.nearest(to: text, in: names))
    }
  }

  /// The axes of stored tensors that an axis of a value is made of; none where other things go into the value.
  ///
  /// - Parameter contexts: what the rules say of the nodes.
  func storedAxes(
    of value: Value.ID, _ axis: Int, _ contexts: [Node.ID: PruningContext]
  ) -> [(value: Value.ID, axis: Int)] {
    var found: [(value: Value.ID, axis: Int)] = []
    var open = [(value: value, axis: axis)]
    var seen: [Value.ID: Set<Int>] = [:]
    while let (value, axis) = open.popLast() {
      guard seen[value, default: []].insert(axis).inserted else { continue }
      if tensor(value) != nil {
        found.append((value, axis))
        continue
      }
      guard constants[value.index], case .result(let node, let place) = graph.values[value].definition else {
        return []
      }
      let own = OperandAxis.output(place, axis)
      for coupling in contexts[node]?.couplings ?? [] {
        let other = coupling.coarse == own ? coupling.fine : coupling.fine == own ? coupling.coarse : nil
        if let other, case .input = other.operand, let source = self.value(other.operand, of: node) {
          open.append((source, other.axis))
        }
      }
    }
    return found
  }

  /// What a node's rule says of it; `nil` where nothing is known of its operator.
  func context(of id: Node.ID, allowsNormChange: Bool, choice: Int) -> PruningContext? {
    let node = graph.nodes[id]
    let domain = Catalogue.canonical(node.domain)
    let isFunction = model.functions.contains {
      Catalogue.canonical($0.domain) == domain && $0.name == node.operatorType
    }
    guard !isFunction, let rule = Catalogue.rules(domain: domain, name: node.operatorType)?.pruning,
      let opset = opsets[domain] ?? Catalogue.newestOpset(domain: domain),
      let schema = Catalogue.schema(domain: domain, name: node.operatorType, opset: opset)
    else { return nil }
    var context = PruningContext(
      schema: schema, opset: opset, inputs: node.inputs.map { $0.map(fact) },
      outputs: node.outputs.map { $0.map(fact) },
      attributes: node.attributes, allowsNormChange: allowsNormChange, choice: choice)
    rule(&context)
    return context
  }

  /// A node as a person knows it: `Conv stem.conv`.
  func place(of id: Node.ID) -> String {
    let node = graph.nodes[id]
    let result = node.outputs.lazy.compactMap(\.self).first.map { graph.values[$0].name } ?? ""
    let name = node.name.isEmpty ? result : node.name
    return name.isEmpty ? node.operatorType : "\(node.operatorType) \(name)"
  }
}
