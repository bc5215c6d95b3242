package import Tensors

/// The values of a graph that are stored tensors: initialisers, and results of Constant nodes.
///
/// Files keep a small tensor in either place, and mean the same by it.
package struct LeafTensors: Sendable {
  package enum Source: Hashable, Sendable {
    case initializer(Region.ID, index: Int)
    case constant(Node.ID)
  }

  package struct Leaf: Sendable {
    package var source: Source
    package var tensor: Tensor
    /// A number that is equal for leaves that count as the same tensor.
    package var identity: Int
  }

  private var leaves: [Value.ID: Leaf] = [:]

  /// - Parameter identity: what tells tensors apart, given the name of an initialiser of the body.
  package init(_ graph: Graph, identity: (String?, Tensor) -> Int = { $1.identity }) {
    for region in graph.regions.indices {
      let inputs = Set(graph.regions[region].inputs)
      for (index, initializer) in graph.regions[region].initializers.enumerated()
      where !inputs.contains(initializer.value) {
        let name = region == graph.body ? graph.values[initializer.value].name : nil
        leaves[initializer.value] = Leaf(
          source: .initializer(region, index: index), tensor: initializer.tensor,
          identity: identity(name, initializer.tensor))
      }
    }
    for node in graph.nodes.indices {
      guard let tensor = graph.nodes[node].constant, let output = graph.nodes[node].results.first ?? nil else {
        continue
      }
      leaves[output] = Leaf(source: .constant(node), tensor: tensor, identity: identity(nil, tensor))
    }
  }

  /// The tensor that a value is; `nil` for inputs, also those with a tensor of their own, and for what is computed.
  package subscript(value: Value.ID) -> Leaf? { leaves[value] }

  /// Whether the value is the result of a Constant.
  package func isConstant(_ value: Value.ID) -> Bool {
    if case .constant? = leaves[value]?.source { true } else { false }
  }
}

extension Node {
  /// The tensor of a Constant that has it as `value`.
  package var constant: Tensor? {
    guard callee.operatorType == "Constant", callee.domain.isEmpty, arguments.isEmpty, results.count == 1,
      attributes.count == 1, case .tensor(let named) = attributes[0].value, attributes[0].name == "value"
    else { return nil }
    return named.tensor
  }
}
