package import Graphs

extension Rewriter {
  /// The graph without what nobody needs.
  package mutating func finished() -> Graph {
    for id in graph.regions.indices { finish(id) }
    return graph
  }

  private mutating func finish(_ id: Region.ID) {
    var region = graph.regions[id]
    region.nodes.removeAll { places[$0.index] == nil }
    let inputs = Set(region.inputs)
    let before = region.initializers.count
    region.initializers.removeAll { !inputs.contains($0.value) && !isUsed($0.value) }
    region.sparseInitializers.removeAll { !inputs.contains($0.value) && !isUsed($0.value) }
    changes.add("removed", "tensors that nothing takes", count: before - region.initializers.count)
    var present = inputs.union(region.outputs)
    for node in region.nodes { present.formUnion(graph.nodes[node].results.compactMap(\.self)) }
    region.valueInfo.removeAll { !present.contains($0) }
    region.recordedTypes = region.recordedTypes.filter { present.contains($0.key) }
    present.formUnion(region.initializers.map(\.value))
    region.quantization.removeAll { $0.value.map { !present.contains($0) } ?? false }
    graph.regions[id] = region
  }
}
