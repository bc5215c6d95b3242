package import Graphs
import Operators
import Tensors

extension PruningPlan {
  /// The model without the channels that go; its weights are parts of the old ones, read when they are written.
  ///
  /// - Throws: where the sizes do not come out as planned.
  package func applied() throws(PruningError) -> Model {
    var model = subject.model
    var editor = PrunedGraph(model.graph, subject: subject, kept: kept, reads: reads)
    for node in subject.order {
      for setting in settings[node] ?? [] { editor.follow(setting, node) }
    }
    editor.sliceTensors()
    model.graph = editor.finished()
    try check(model)
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
