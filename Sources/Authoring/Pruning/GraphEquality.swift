import Graphs
import Tensors

/// Compares graphs that came about in two ways, whatever constants are called and stored as.
enum GraphEquality {
  /// Where two graphs differ first, in words; `nil` where they compute the same with the same names.
  static func first(_ left: Graph, _ right: Graph) -> String? {
    let (one, other) = (left.computing, right.computing)
    guard one.nodes.count == other.nodes.count else { return "the number of nodes" }
    for (node, twin) in zip(one.nodes, other.nodes) {
      let (a, b) = (left.nodes[node], right.nodes[twin])
      guard a.name == b.name, a.operatorType == b.operatorType, a.domain == b.domain else { return "node \(a.name)" }
      guard a.inputs.count == b.inputs.count, a.outputs.count == b.outputs.count else { return "node \(a.name)" }
      for (value, copy) in zip(a.inputs, b.inputs) where !isSame(value, one, left, copy, other, right) {
        return "an argument of \(a.name)"
      }
      for (value, copy) in zip(a.outputs, b.outputs)
      where value.map({ left.values[$0].name }) != copy.map({ right.values[$0].name }) {
        return "a result of \(a.name)"
      }
      guard a.attributes.count == b.attributes.count,
        a.attributes.allSatisfy({ attribute in
          b[attribute: attribute.name].map { attribute.value.isSame(as: $0) } ?? false
        })
      else { return "an attribute of \(a.name)" }
    }
    func ends(_ values: [Value.ID], _ graph: Graph) -> [String] {
      values.map { "\(graph.values[$0].name) \(graph.values[$0].type)" }
    }
    let (body, twin) = (left.regions[left.body], right.regions[right.body])
    if ends(body.inputs, left) != ends(twin.inputs, right) { return "the inputs" }
    if body.outputs.map({ left.values[$0].name }) != twin.outputs.map({ right.values[$0].name }) {
      return "the outputs"
    }
    return nil
  }

  private static func isSame(
    _ value: Value.ID?, _ one: Computing, _ left: Graph, _ copy: Value.ID?, _ other: Computing, _ right: Graph
  ) -> Bool {
    guard let value, let copy else { return value == nil && copy == nil }
    guard let tensor = one.constants[value], let twin = other.constants[copy] else {
      return left.values[value].name == right.values[copy].name
    }
    guard tensor.element == twin.element, tensor.sizes == twin.sizes else { return false }
    // Parameters have names that tell them apart; what they hold has been bound.
    if one.parameters.contains(value) { return left.values[value].name == right.values[copy].name }
    return tensor.hasSameElements(as: twin)
  }
}

private struct Computing {
  var nodes: [Node.ID] = []
  var constants: [Value.ID: Tensor] = [:]
  var parameters: Set<Value.ID> = []
}

extension Graph {
  /// The nodes that are not stored tensors, and those tensors.
  fileprivate var computing: Computing {
    var found = Computing()
    for initializer in regions[body].initializers {
      found.constants[initializer.value] = initializer.tensor
      if initializer.role != .constant { found.parameters.insert(initializer.value) }
    }
    for node in regions[body].nodes {
      if let tensor = nodes[node].constant, case let result?? = nodes[node].results.first {
        found.constants[result] = tensor
      } else {
        found.nodes.append(node)
      }
    }
    return found
  }
}

extension Attribute.Value {
  fileprivate func isSame(as other: Attribute.Value) -> Bool {
    switch (self, other) {
    case (.float(let a), .float(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.ints(let a), .ints(let b)): a == b
    case (.floats(let a), .floats(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.strings(let a), .strings(let b)): a == b
    // What holds graphs or tensors is not touched by pruning, and nodes have the same names.
    default: kindNumber == other.kindNumber
    }
  }
}
