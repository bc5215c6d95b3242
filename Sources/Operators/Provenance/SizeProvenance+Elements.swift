package import Graphs
import Tensors

extension SizeProvenance {
  /// How many nodes are asked one behind the other for the elements of a value.
  private static let depthLimit = 48

  /// What is known of a value: its type, and of a small one its elements or the tensor itself.
  mutating func known(_ value: Value.ID) -> InferredValue { known(value, depth: 0) }

  private mutating func known(_ value: Value.ID, depth: Int) -> InferredValue {
    if let found = known[value] { return found }
    let type = graph.values[value].type
    var result = InferredValue(type: type)
    guard type.maySteerSizes else { return result }
    switch graph.values[value].definition {
    case .initializer, .input:
      if let tensor = storedTensor(of: value) {
        result.elements = tensor.tensor.shapeElements
        if tensor.isFixed { result.constant = tensor.tensor }
      }
    case .result(let node, let index):
      guard depth < Self.depthLimit, !graph.nodes[node].holdsRegions else { return result }
      // A graph of a file may have cycles.
      known[value] = result
      let inputs = graph.nodes[node].inputs.map { $0.map { known($0, depth: depth + 1) } }
      if let outputs = infer(node, inputs), outputs.indices.contains(index) {
        result.elements = outputs[index].elements
        if outputs[index].constant?.type == type { result.constant = outputs[index].constant }
      }
    case .undefined: break
    }
    known[value] = isExhausted ? nil : result
    return result
  }

  /// The tensor of an initializer that nobody may replace, and whether its numbers are a part of the model.
  private mutating func storedTensor(of value: Value.ID) -> (tensor: Tensor, isFixed: Bool)? {
    if tensors == nil {
      var all: [Value.ID: (tensor: Tensor, isFixed: Bool)] = [:]
      for region in graph.regions.indices {
        let inputs = storesInputs ? [] : Set(graph.regions[region].inputs)
        for initializer in graph.regions[region].initializers
        where !inputs.contains(initializer.value) {
          all[initializer.value] = (initializer.tensor, isFixed: fixesParameters || initializer.role == .constant)
        }
      }
      tensors = all
    }
    return tensors?[value]
  }

  /// Whether a value is stored in the model: an initializer, or the result of a node without arguments.
  package func isStored(_ value: Value.ID) -> Bool { graph.isStored(value) }
}

extension ValueType {
  /// Whether the elements of such a value may be known, and needed for sizes: at most 64, or nobody knows how many.
  var maySteerSizes: Bool {
    guard case .tensor(let type) = self else { return false }
    guard let shape = type.shape else { return type.element?.isFloatingPoint == false }
    guard let count = shape.elementCount.constant else { return shape.rank <= 1 && type.element == .i64 }
    return count <= SymbolicCall.elementLimit
  }
}
