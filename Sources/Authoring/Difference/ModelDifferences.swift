import Formats
package import Graphs
import Operators
import Tensors

/// What differs between two models: layer by layer, and beside the layers.
///
/// Nodes are paired by what they compute and where they stand (`GraphAlignment`), so a model that was renamed or put in
/// another order differs in names alone.
package struct ModelDifferences: Sendable {
  /// One fact of both models; `nil` in the one that does not have it.
  package struct Change: Hashable, Sendable {
    package var subject: String
    package var before: String?
    package var after: String?
  }

  package struct NodeDifference: Sendable {
    package enum Kind: String, Sendable {
      case added, removed, changed
    }

    package var kind: Kind
    package var name: String
    package var operatorType: String
    /// The path of the module that the node's name puts it in; empty for none.
    package var layer: String
    package var attributes: [Change] = []
    package var inputs: [Change] = []
    /// The types of its results.
    package var types: [Change] = []
    /// What files keep beside the node, its attributes and its results.
    package var beside: [Change] = []

    /// Whether nothing differs.
    var isEmpty: Bool { attributes.isEmpty && inputs.isEmpty && types.isEmpty && beside.isEmpty }
  }

  /// The versions, the producer, operator sets, docs, metadata and functions.
  package private(set) var header: [Change] = []
  package private(set) var inputs: [Change] = []
  package private(set) var outputs: [Change] = []
  package private(set) var nodes: [NodeDifference] = []
  /// Initialisers: their types, and hashes of their bytes where these differ.
  package private(set) var weights: [Change] = []
  /// Nodes that have other names and are the same otherwise.
  package private(set) var renamed: [Change] = []
  /// How many nodes and initialisers are the same.
  package private(set) var equalNodes = 0
  package private(set) var equalWeights = 0

  package var isEmpty: Bool {
    header.isEmpty && inputs.isEmpty && outputs.isEmpty && nodes.isEmpty && weights.isEmpty && renamed.isEmpty
  }

  private let before: Graph
  private let after: Graph
  private let alignment: GraphAlignment
  /// Attributes that say nothing, in each model by its own operator sets.
  private let implied: (before: ImpliedAttributes, after: ImpliedAttributes)

  /// The differences of two models whose values have their inferred types.
  package init(_ before: Model, _ after: Model) {
    self.before = before.graph
    self.after = after.graph
    implied = (.catalogued(before.opsetImports), .catalogued(after.opsetImports))
    alignment = GraphAlignment(before.graph, after.graph, implied: implied.before, tensors: .names)
    compareHeaders(before, after)
    inputs = ports(\.inputs)
    outputs = ports(\.outputs)
    compareNodes()
    compareWeights()
  }

  // MARK: Beside the graph

  private mutating func compareHeaders(_ before: Model, _ after: Model) {
    func compare(_ subject: String, _ old: String, _ new: String) {
      if old != new { header.append(Change(subject: subject, before: old, after: new)) }
    }
    compare("ir_version", "\(before.irVersion)", "\(after.irVersion)")
    compare("producer", before.producerName, after.producerName)
    compare("producer_version", before.producerVersion, after.producerVersion)
    compare("domain", before.domain, after.domain)
    compare("model_version", "\(before.modelVersion)", "\(after.modelVersion)")
    compare("graph", before.graph.regions[before.graph.body].name, after.graph.regions[after.graph.body].name)
    header += changes(
      before.opsetImports.map { ("opset \($0.domain.isEmpty ? "onnx" : $0.domain)", "\($0.version)") },
      after.opsetImports.map { ("opset \($0.domain.isEmpty ? "onnx" : $0.domain)", "\($0.version)") })
    header += changes(Self.facts(of: before), Self.facts(of: after))
    compareTraining(before.training, after.training)
    compareFunctions(before.functions, after.functions)
  }

  private mutating func compareTraining(_ before: [Training], _ after: [Training]) {
    let changes = changes(Self.facts(of: before), Self.facts(of: after))
    header += changes
    for (index, (training, other)) in zip(before, after).enumerated() where changes.isEmpty {
      if ModelDifference.areSame(training, other) { continue }
      header.append(Change(subject: "training \(index)", before: "its graphs", after: "others"))
    }
  }

  private mutating func compareFunctions(_ before: [Function], _ after: [Function]) {
    func named(_ functions: [Function]) -> [String: Function] {
      Dictionary(functions.map { ($0.fullName, $0) }) { first, _ in first }
    }
    let (old, new) = (named(before), named(after))
    for name in before.map(\.fullName) {
      guard let function = old[name], let other = new[name] else {
        header.append(Change(subject: "function \(name)", before: "there", after: nil))
        continue
      }
      if !ModelDifference.areSame(function, other) {
        header.append(Change(subject: "function \(name)", before: "its body", after: "another"))
      }
    }
    for name in after.map(\.fullName) where old[name] == nil {
      header.append(Change(subject: "function \(name)", before: nil, after: "there"))
    }
  }

  /// The differences of two lists of named facts, in the order of the first.
  private func changes(_ old: [(String, String)], _ new: [(String, String)]) -> [Change] {
    let before = Dictionary(old) { first, _ in first }
    let after = Dictionary(new) { first, _ in first }
    var changes: [Change] = []
    for (subject, value) in old where after[subject] != value {
      changes.append(Change(subject: subject, before: value, after: after[subject]))
    }
    for (subject, value) in new where before[subject] == nil {
      changes.append(Change(subject: subject, before: nil, after: value))
    }
    return changes
  }

  private func ports(_ ports: KeyPath<Region, [Value.ID]>) -> [Change] {
    func facts(_ graph: Graph) -> [(String, String)] {
      graph.regions[graph.body][keyPath: ports].map { (graph.values[$0].name, graph.values[$0].type.description) }
    }
    func beside(_ graph: Graph) -> [(String, String)] {
      graph.regions[graph.body][keyPath: ports].filter { !graph.isResult($0) }.flatMap {
        Self.facts(of: graph.values[$0], "\(graph.values[$0].name) ")
      }
    }
    return changes(facts(before), facts(after)) + changes(beside(before), beside(after))
  }

  // MARK: Nodes

  private mutating func compareNodes() {
    var paired: Set<Node.ID> = []
    for node in before.orderedNodes {
      guard let twin = alignment.nodes[node] else {
        nodes.append(difference(.removed, of: before.nodes[node]))
        continue
      }
      paired.insert(twin)
      compare(node, twin)
    }
    for node in after.orderedNodes where !paired.contains(node) {
      nodes.append(difference(.added, of: after.nodes[node]))
    }
  }

  private func difference(_ kind: NodeDifference.Kind, of node: Node) -> NodeDifference {
    NodeDifference(
      kind: kind, name: node.name, operatorType: node.operatorType, layer: node.module.map(String.init) ?? "")
  }

  private mutating func compare(_ node: Node.ID, _ twin: Node.ID) {
    let (old, new) = (before.nodes[node], after.nodes[twin])
    var difference = difference(.changed, of: new)
    difference.attributes = changes(
      stated(old, implied.before, alignment.leaves.left).map { ($0.name, $0.value.summary) },
      stated(new, implied.after, alignment.leaves.right).map { ($0.name, $0.value.summary) })
    difference.beside = changes(Self.facts(of: old, in: before), Self.facts(of: new, in: after))
    for index in 0..<max(old.arguments.count, new.arguments.count) {
      let argument = index < old.arguments.count ? old.arguments[index] : nil
      let other = index < new.arguments.count ? new.arguments[index] : nil
      if isSame(argument, other) { continue }
      difference.inputs.append(
        Change(
          subject: "input \(index)", before: argument.map { describe($0, before, alignment.leaves.left) },
          after: other.map { describe($0, after, alignment.leaves.right) }))
    }
    for (index, (result, other)) in zip(old.results, new.results).enumerated() {
      guard let result, let other else { continue }
      let (type, otherType) = (before.values[result].type, after.values[other].type)
      // As they read: what is assumed of a size has no say.
      if type.description != otherType.description {
        difference.types.append(
          Change(subject: "output \(index)", before: type.description, after: otherType.description))
      }
    }
    if !difference.isEmpty {
      nodes.append(difference)
    } else if old.name != new.name {
      renamed.append(Change(subject: new.operatorType, before: old.name, after: new.name))
    } else {
      equalNodes += 1
    }
  }

  /// The attributes of a node that say more than their operator means without them.
  private func stated(_ node: Node, _ implied: ImpliedAttributes, _ leaves: LeafTensors) -> [Attribute] {
    node.attributes.filter { !implied.contains(Attribute($0.name, $0.value), of: node, leaves) }
  }

  private func isSame(_ value: Value.ID?, _ twin: Value.ID?) -> Bool {
    guard let value, let twin else { return value == nil && twin == nil }
    if let leaf = alignment.leaves.left[value], let other = alignment.leaves.right[twin] {
      return leaf.identity == other.identity
    }
    switch (before.values[value].definition, after.values[twin].definition) {
    case (.result(let node, let index), .result(let other, let place)):
      return index == place && alignment.nodes[node] == other
    case (.input(let region, let index), .input(let other, let place)):
      guard region == before.body, other == after.body else { return index == place }
      return alignment.inputs[value] == twin
    default: return before.values[value].name == after.values[twin].name
    }
  }

  private func describe(_ value: Value.ID, _ graph: Graph, _ leaves: LeafTensors) -> String {
    guard let leaf = leaves[value] else { return graph.values[value].name }
    if leaf.tensor.elementCount <= 4, let literal = leaf.tensor.shortText { return literal }
    return graph.values[value].name
  }

  // MARK: Weights

  private mutating func compareWeights() {
    func tensors(_ graph: Graph) -> [(String, Tensor)] {
      graph.regions[graph.body].initializers.map { (graph.values[$0.value].name, $0.tensor) }
    }
    let (old, new) = (tensors(before), tensors(after))
    let others = Dictionary(new) { first, _ in first }
    for (name, tensor) in old {
      guard let other = others[name] else {
        weights.append(Change(subject: name, before: tensor.type.description, after: nil))
        continue
      }
      if tensor.type != other.type {
        weights.append(Change(subject: name, before: tensor.type.description, after: other.type.description))
      } else if !tensor.hasSameElements(as: other) {
        weights.append(
          Change(
            subject: name, before: "\(tensor.type) \(tensor.hash)", after: "\(other.type) \(other.hash)"))
      } else {
        equalWeights += 1
      }
    }
    func beside(_ graph: Graph) -> [(String, String)] {
      graph.regions[graph.body].initializers.flatMap {
        Self.facts(of: $0.annotations, "\(graph.values[$0.value].name) ")
      }
    }
    weights += changes(beside(before), beside(after))
    func sparse(_ graph: Graph) -> [(String, String)] {
      graph.regions.indices.flatMap { region in
        graph.regions[region].sparseInitializers.flatMap { initializer in
          let name = graph.values[initializer.value].name
          return [(name, initializer.tensor.summary)]
            + Self.facts(of: .sparseTensor(initializer.tensor), "\(name) ")
            .filter { $0.0 != "\(name) tensor values name" }
        }
      }
    }
    weights += changes(sparse(before), sparse(after))
    let known = Set(old.map(\.0))
    for (name, tensor) in new where !known.contains(name) {
      weights.append(Change(subject: name, before: nil, after: tensor.type.description))
    }
  }
}

extension Graph {
  fileprivate func isResult(_ value: Value.ID) -> Bool {
    if case .result = values[value].definition { true } else { false }
  }

  /// The nodes of all regions, in the order of their regions; Constants stand for their tensors.
  fileprivate var orderedNodes: [Node.ID] {
    regions.indices.flatMap { region in regions[region].nodes.filter { nodes[$0].constant == nil } }
  }
}

extension Function {
  /// Its domain, name and overload, as the text writes them.
  fileprivate var fullName: String { "\(domain).\(name)\(overload.isEmpty ? "" : "~\(overload)")" }
}
