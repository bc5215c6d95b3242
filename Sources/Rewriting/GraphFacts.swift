package import Graphs
package import Operators
package import Tensors

/// What is known of the values of a graph in every run that its inputs' types allow.
///
/// Less than a file says: the types that it records for what nodes give are not believed, and a size that an input names
/// may be 0.
package struct GraphFacts {
  package let facts: [InferredValue]
  /// What is wrong with the graph.
  package let problems: [ModelProblem]

  /// The facts of the graph of `model`.
  package init(of model: Model) {
    var model = model
    let body = model.graph.body
    for id in model.graph.values.indices {
      let value = model.graph.values[id]
      if case .input(let region, _) = value.definition {
        if region == body { model.graph.values[id].type = value.type.mapSizes(\.orZero) }
      } else if value.type != .unknown {
        model.graph.values[id].type = .unknown
      }
    }
    let inference = ModelInference(of: model)
    problems = inference.problems
    var facts = inference.facts
    Self.forget(&facts, of: model.graph)
    self.facts = facts
  }

  /// Makes unknown what is in subgraphs of which inference does not say that it holds for all rounds.
  private static func forget(_ facts: inout [InferredValue], of graph: Graph) {
    var open: [(Region.ID, isKnown: Bool)] = [(graph.body, true)]
    while let (region, isKnown) = open.popLast() {
      for id in graph.regions[region].nodes {
        let node = graph.nodes[id]
        if !isKnown {
          for case let value? in node.results { facts[value.index] = InferredValue(type: .unknown) }
        }
        let isFollowed = ["If", "Loop", "Scan"].contains(node.operatorType) && ["", "ai.onnx"].contains(node.domain)
        for inner in node.attributes.flatMap(\.value.regions) {
          open.append((inner, isKnown && isFollowed))
          guard !isKnown || !isFollowed else { continue }
          for value in graph.regions[inner].inputs { facts[value.index] = InferredValue(type: .unknown) }
        }
      }
    }
  }
}

extension Dimension {
  /// The same size, of symbols that may be 0.
  fileprivate var orZero: Dimension {
    if constant != nil || isUnknown { return self }
    return substituting(
      Dictionary(symbols.map { ($0, Dimension.symbol($0, atLeast: 0)) }) { first, _ in first })
  }
}

extension ValueType {
  /// The type of a tensor with every size in it replaced; other types as they are.
  package func mapSizes(_ transform: (Dimension) -> Dimension) -> ValueType {
    guard case .tensor(let type) = self else { return self }
    return .tensor(TensorType(type.element, type.shape.map { Shape($0.dimensions.map(transform)) }))
  }
}
