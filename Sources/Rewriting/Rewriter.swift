package import Graphs
package import Operators
package import Tensors

/// A graph while rules rewrite it: who uses each value, where each node stands, and what is known of values.
///
/// Every edit keeps what the outputs of the graph are; what is known of a value stays true, since a value keeps its meaning
/// for as long as it is there.
package struct Rewriter {
  package internal(set) var graph: Graph
  /// The version of ONNX's own operator set; 0 where the graph imports none.
  package let opset: Int
  /// Whether tensors are kept as initialisers; the body of a function has none.
  let storesInitializers: Bool
  /// What is known of each value, by its index.
  private var facts: [InferredValue]
  /// The nodes that take each value, as often as they do.
  package internal(set) var users: [[Node.ID]]
  /// How many outputs of regions each value is.
  package internal(set) var outputUses: [Int]
  /// The region that each node stands in; `nil` for one that is gone.
  package internal(set) var places: [Region.ID?]
  /// Initialisers that no input stands for.
  package internal(set) var stored: [Value.ID: Tensor] = [:]
  /// How many values have each name.
  var names: [String: Int] = [:]
  /// What has been done, in the order in which it was first done.
  package internal(set) var changes = Changes()

  package init(_ graph: Graph, facts: [InferredValue], opset: Int, storesInitializers: Bool = true) {
    self.graph = graph
    self.facts = facts
    self.opset = opset
    self.storesInitializers = storesInitializers
    users = Array(repeating: [], count: graph.values.count)
    outputUses = Array(repeating: 0, count: graph.values.count)
    places = Array(repeating: nil, count: graph.nodes.count)
    var open = [graph.body]
    while let id = open.popLast() {
      let region = graph.regions[id]
      for value in region.inputs { names[graph.values[value].name, default: 0] += 1 }
      let inputs = Set(region.inputs)
      for initializer in region.initializers where !inputs.contains(initializer.value) {
        stored[initializer.value] = initializer.tensor
        names[graph.values[initializer.value].name, default: 0] += 1
      }
      for sparse in region.sparseInitializers { names[graph.values[sparse.value].name, default: 0] += 1 }
      for output in region.outputs { outputUses[output.index] += 1 }
      for node in region.nodes {
        places[node.index] = id
        for case let value? in graph.nodes[node].arguments { users[value.index].append(node) }
        for case let value? in graph.nodes[node].results { names[graph.values[value].name, default: 0] += 1 }
        for attribute in graph.nodes[node].attributes { open += attribute.value.regions }
      }
    }
  }
}

// MARK: - Questions

extension Rewriter {
  package func fact(_ value: Value.ID) -> InferredValue {
    facts.indices.contains(value.index) ? facts[value.index] : InferredValue(type: .unknown)
  }

  package func shape(_ value: Value.ID) -> Shape? {
    stored[value].map { Shape($0.sizes.map { Dimension($0) }) } ?? fact(value).type.shape
  }

  package func element(_ value: Value.ID) -> ElementType? { stored[value]?.element ?? fact(value).type.element }

  /// The node that gives a value.
  package func producer(of value: Value.ID) -> Node.ID? {
    guard case .result(let node, _) = graph.values[value].definition, places[node.index] != nil else { return nil }
    return node
  }

  /// The node of ONNX's own operator `name` that gives a value.
  package func producer(of value: Value.ID, named name: String) -> Node.ID? {
    guard let node = producer(of: value), isOperator(node, name) else { return nil }
    return node
  }

  package func isOperator(_ node: Node.ID, _ name: String) -> Bool {
    graph.nodes[node].callee.operatorType == name && isStandard(node)
  }

  /// Whether a node calls an operator of ONNX's own set.
  package func isStandard(_ node: Node.ID) -> Bool {
    let callee = graph.nodes[node].callee
    return (callee.domain.isEmpty || callee.domain == "ai.onnx") && callee.overload.isEmpty
  }

  package func input(_ node: Node.ID, _ place: Int) -> Value.ID? {
    let arguments = graph.nodes[node].arguments
    return arguments.indices.contains(place) ? arguments[place] : nil
  }

  package func output(_ node: Node.ID, _ place: Int = 0) -> Value.ID? {
    let results = graph.nodes[node].results
    return results.indices.contains(place) ? results[place] : nil
  }

  package func isUsed(_ value: Value.ID?) -> Bool {
    guard let value else { return false }
    return !users[value.index].isEmpty || outputUses[value.index] > 0
  }

  /// Whether nothing but one argument of one node needs the value.
  func isUsedOnce(_ value: Value.ID) -> Bool { users[value.index].count == 1 && outputUses[value.index] == 0 }

  /// Whether the first result is the only one that anybody needs.
  package func givesOnlyFirst(_ node: Node.ID) -> Bool {
    !graph.nodes[node].results.dropFirst().contains { isUsed($0) }
  }

  /// Whether a value is a tensor of the file.
  func isStored(_ value: Value.ID) -> Bool {
    stored[value] != nil || producer(of: value).map { graph.nodes[$0].constant != nil } ?? false
  }

  /// The tensor that a value is in every run, where that is known.
  package func tensor(_ value: Value.ID?) -> Tensor? {
    guard let value else { return nil }
    if let tensor = stored[value] { return tensor }
    if let node = producer(of: value), let tensor = graph.nodes[node].constant { return tensor }
    let fact = fact(value)
    if let constant = fact.constant { return constant }
    guard let elements = fact.elements, let element = fact.type.element, let sizes = fact.type.shape?.constants else {
      return nil
    }
    let constants = elements.compactMap(\.constant)
    return constants.count == elements.count ? Tensor.integers(element, constants, sizes: sizes) : nil
  }

  /// The elements of a small constant of integers.
  package func integers(_ value: Value.ID?) -> [Int]? { tensor(value)?.integers(limit: Tensor.integerElementsLimit) }

  package func int(_ node: Node.ID, _ name: String) -> Int? {
    graph.nodes[node][attribute: name]?.int.flatMap(Int.init(exactly:))
  }

  package func ints(_ node: Node.ID, _ name: String) -> [Int]? {
    graph.nodes[node][attribute: name]?.ints?.map { Int($0) }
  }

  /// Whether an attribute is the function's around, so that nothing is known of it here.
  package func hasReferences(_ node: Node.ID) -> Bool {
    graph.nodes[node].attributes.contains { if case .reference = $0.value { true } else { false } }
  }

  /// Whether two values have the same rank and sizes in every run.
  func haveSameShape(_ left: Value.ID, _ right: Value.ID) -> Bool {
    guard let shape = shape(left), let other = self.shape(right), shape.rank == other.rank else { return false }
    return zip(shape.dimensions, other.dimensions).allSatisfy { $0.isProvablyEqual(to: $1) }
  }

  /// The bytes that a file spends on a node and its names, about.
  func size(of node: Node.ID) -> Int {
    let node = graph.nodes[node]
    let names = (node.inputs + node.outputs).reduce(0) { $0 + 2 + ($1.map { graph.values[$0].name.utf8.count } ?? 0) }
    return 4 + names + node.name.utf8.count + node.operatorType.utf8.count + 12 * node.attributes.count
  }
}
