import Graphs
import Tensors

/// The values of a region whose types its text records.
struct RecordedTypes {
  /// All of them, outputs of a subgraph included.
  var values: Set<Value.ID>
  /// Those that no node of the region makes: inputs and initialisers.
  var ofPorts: [Value.ID]
  /// Their places in the file, where these do not follow from the order of the text.
  var positions: [Value.ID: Int] = [:]

  /// - Parameter nodes: the nodes of the region in the order of the text.
  init(of id: Region.ID, in graph: Graph, nodes: [Node.ID]) {
    let region = graph.regions[id]
    values = Set(region.valueInfo)
    let results = nodes.flatMap { graph.nodes[$0].outputs.compactMap(\.self) }
    let own = Set(results)
    var seen: Set<Value.ID> = []
    ofPorts = region.valueInfo.filter { !own.contains($0) && seen.insert($0).inserted }
    let order = ofPorts + results.filter(values.contains)
    if order != region.valueInfo {
      positions = Dictionary(region.valueInfo.enumerated().map { ($1, $0) }) { first, _ in first }
    }
    if id != graph.body {
      values.formUnion(region.outputs.filter { own.contains($0) && graph.values[$0].type != .unknown })
    }
  }
}
