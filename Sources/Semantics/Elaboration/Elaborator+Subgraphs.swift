import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// Takes the types of the results of an If or a Loop from its subgraphs, which the operators' own rules do not see.
  ///
  /// An If gives what both branches agree on. A Loop gives its carried values as they come in and out, and behind them
  /// what the rounds collect, with an axis of unknown size in front.
  mutating func refineResults(
    _ outputs: [Value.ID?], of name: String, _ attributes: [Attribute], inputs: [Value.ID?], at place: Place
  ) {
    let bodies = attributes.compactMap { attribute -> [ValueType]? in
      guard case .graph(let region) = attribute.value else { return nil }
      return builder.graph.regions[region].outputs.map { builder.known($0).type }
    }
    var types: [ValueType] = []
    switch (name, bodies.count) {
    case ("If", 2):
      guard bodies[0].count == bodies[1].count else {
        report(.branchCounts(bodies[0].count, bodies[1].count, at: place))
        return
      }
      for (first, second) in zip(bodies[0], bodies[1]) {
        if let a = first.element, let b = second.element, a != b {
          report(.branchElements(first, second, at: place))
          return
        }
        types.append(first.joined(with: second))
      }
    case ("Loop", 1):
      let carried = inputs.dropFirst(2).map { $0.map { builder.known($0).type } ?? .unknown }
      let results = bodies[0].dropFirst()
      types = zip(results, carried).map { $0.joined(with: $1) }
      types += results.dropFirst(carried.count).map { type in
        guard let tensor = type.tensor else { return .unknown }
        return .tensor(TensorType(tensor.element, tensor.shape.map { Shape([.unknown] + $0.dimensions) }))
      }
    default: return
    }
    for (output, type) in zip(outputs, types) {
      if let output { refine(output, with: type) }
    }
  }
}

extension ValueType {
  /// What two types of one value have in common.
  fileprivate func joined(with other: ValueType) -> ValueType {
    guard let a = tensor, let b = other.tensor else { return self == other ? self : .unknown }
    let element = a.element == b.element ? a.element : nil
    guard let left = a.shape, let right = b.shape, left.rank == right.rank else {
      return .tensor(TensorType(element, nil))
    }
    let sizes = zip(left.dimensions, right.dimensions).map { $0.isProvablyEqual(to: $1) ? $0 : .unknown }
    return .tensor(TensorType(element, sizes))
  }
}
