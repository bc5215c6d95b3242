package import Graphs
import Operators
import Rewriting
package import Tensors

/// What a model amounts to, before or after slices of it go.
package struct PruningFigures: Hashable, Sendable {
  /// Elements of stored tensors of floating-point numbers.
  package var parameters: Int
  /// The bytes of all stored tensors.
  package var bytes: Int
  /// Multiply-accumulate operations, open sizes taken as they are bound, or else as 1; `nil` where those of a node are not known.
  package var macs: Int?
  /// The open sizes that the MACs depend on and that nothing is bound to.
  package var assumed: [String]

  /// The figures of a model whose values have known types.
  package init(of model: Model, types: [ValueType], bindings: [String: Int]) {
    let opsets = Dictionary(
      model.opsetImports.map { (Catalogue.canonical($0.domain), Int(clamping: $0.version)) },
      uniquingKeysWith: { first, _ in first })
    var sized = model.graph
    for id in sized.values.indices { sized.values[id].type = types[id.index] }
    (parameters, bytes) = (0, 0)
    var count = OperationCount(graph: sized, opsets: opsets, bindings: bindings)
    let body = sized.regions[sized.body]
    let inputs = model.irVersion < 4 ? [] : Set(body.inputs)
    var stored = body.initializers.filter { !inputs.contains($0.value) }.map { ($0.value, $0.tensor) }
    for node in body.nodes {
      count.add(node)
      if let tensor = sized.nodes[node].constant, case let value?? = sized.nodes[node].results.first {
        stored.append((value, tensor))
      }
    }
    for (value, tensor) in stored {
      let sizes = types[value.index].shape?.constants ?? tensor.sizes
      let count = sizes.reduce(1, *)
      if tensor.element.isFloatingPoint { parameters += count }
      bytes += tensor.element.byteCount(of: count) ?? 0
    }
    macs = count.total
    assumed = count.names.filter { bindings[$0] == nil }.sorted()
  }
}

/// Multiply-accumulate operations of nodes, one after another.
///
/// Each node is counted by itself: a sum of all would have more terms than an expression of sizes can hold.
private struct OperationCount {
  let graph: Graph
  let opsets: [String: Int]
  let bindings: [String: Int]
  /// `nil` where the operations of a node are not known.
  private(set) var total: Int? = 0
  /// The open sizes that they depend on.
  private(set) var names: Set<String> = []
  /// The graph with numbers for the sizes of operands, as far as they were needed.
  private var sized: Graph

  init(graph: Graph, opsets: [String: Int], bindings: [String: Int]) {
    (self.graph, self.opsets, self.bindings, sized) = (graph, opsets, bindings, graph)
  }

  mutating func add(_ node: Node.ID) {
    guard let cost = Catalogue.cost(of: node, in: graph, opsets: opsets) else { return }
    var macs = cost.macs
    if macs.isUnknown { macs = sizedCost(of: node) }
    let value = macs.evaluated(sizes(macs.symbols))
    guard let sum = total, let value else { return total = nil }
    let (next, overflow) = sum.addingReportingOverflow(value)
    total = overflow ? nil : next
  }

  private mutating func sizes(_ symbols: some Sequence<String>) -> [String: Int] {
    names.formUnion(symbols)
    return Dictionary(symbols.map { ($0, bindings[$0] ?? 1) }) { first, _ in first }
  }

  /// The operations of a node whose operands have sizes that are numbers.
  private mutating func sizedCost(of node: Node.ID) -> Dimension {
    let operands = graph.nodes[node].inputs + graph.nodes[node].outputs
    for case let value? in operands {
      let type = graph.values[value].type
      let known = sizes((type.shape?.dimensions ?? []).flatMap(\.symbols)).mapValues { Dimension($0) }
      sized.values[value].type = type.mapSizes { $0.substituting(known) }
    }
    return Catalogue.cost(of: node, in: sized, opsets: opsets)?.macs ?? .unknown
  }
}
