package import Graphs
import Operators
package import Tensors

extension PruningPlan {
  /// The model without the channels that go; its weights are parts of the old ones, read when they are written.
  ///
  /// - Parameter tensors: what takes the place of stored tensors, in their former shapes, before channels go.
  /// - Throws: where the sizes do not come out as planned.
  package func applied(_ tensors: [Value.ID: Tensor] = [:]) throws(PruningError) -> Model {
    let model = edited(tensors)
    try check(model)
    return model
  }

  /// The same, of which nobody knows yet that its sizes come out as planned.
  func edited(_ tensors: [Value.ID: Tensor] = [:]) -> Model {
    var model = subject.model
    var editor = PrunedGraph(model.graph, subject: subject, kept: kept, reads: reads)
    for node in subject.order {
      for setting in settings[node] ?? [] { editor.follow(setting, node) }
    }
    editor.sliceTensors(tensors)
    model.graph = editor.finished()
    return model
  }

  /// Infers the types of the pruned model, which must be the planned ones.
  private func check(_ model: Model) throws(PruningError) {
    let inference = ModelInference(of: model)
    for id in subject.graph.values.indices {
      let planned = kept.type(of: id, subject.types[id.index])
      guard let shape = inference.facts[id.index].type.shape, let wanted = planned.shape else { continue }
      let isSame =
        shape.rank == wanted.rank
        && !zip(shape.dimensions, wanted.dimensions).contains { $0.isProvablyDifferent(from: $1) }
      guard !isSame, !isUnused(id, in: model.graph) else { continue }
      throw .inconsistent(
        value: subject.graph.values[id].name, planned: "\(planned)", inferred: "\(inference.facts[id.index].type)")
    }
  }

  private func isUnused(_ value: Value.ID, in graph: Graph) -> Bool {
    switch graph.values[value].definition {
    case .result(let node, _): !graph.regions[graph.body].nodes.contains(node)
    case .initializer(let region): !graph.regions[region].initializers.contains { $0.value == value }
    case .input, .undefined: true
    }
  }
}

extension PruningPlan {
  /// A stored tensor that reads channels of which some go.
  package struct Reader: Sendable {
    /// The tensor, and its axis that is summed over.
    package let weight: StoredAxis
    package let tensor: Tensor
    /// The indices of the axis that stay.
    package let kept: [Int]
  }

  /// The weights that read channels which go, each once.
  package func readers(among inputs: [WeightInput]) -> [Reader] {
    var seen: Set<StoredAxis> = []
    return inputs.compactMap { input in
      let axis = StoredAxis(input.weight, input.weightAxis)
      guard seen.insert(axis).inserted, let indices = kept.list(input.weight, input.weightAxis),
        let tensor = subject.tensor(input.weight)
      else { return nil }
      return Reader(weight: axis, tensor: tensor, kept: indices)
    }
  }
}
