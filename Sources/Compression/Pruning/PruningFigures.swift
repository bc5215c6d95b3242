package import Graphs
import Operators
package import Tensors

/// What a model amounts to, before or after slices of it go.
package struct PruningFigures: Hashable, Sendable {
  /// Elements of stored tensors of floating-point numbers.
  package var parameters: Int
  /// The bytes of all stored tensors.
  package var bytes: Int
  /// Multiply-accumulate operations as an expression of the open sizes; unknown where those of a node are.
  package var macsFormula: Dimension
  /// The same, open sizes taken as they are bound, or else as 1.
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
    (parameters, bytes, macsFormula, assumed) = (0, 0, 0, [])
    let body = sized.regions[sized.body]
    let inputs = model.irVersion < 4 ? [] : Set(body.inputs)
    var stored = body.initializers.filter { !inputs.contains($0.value) }.map { ($0.value, $0.tensor) }
    for node in body.nodes {
      if let cost = Catalogue.cost(of: node, in: sized, opsets: opsets) { macsFormula += cost.macs }
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
    let sizes = Dictionary(macsFormula.symbols.map { ($0, bindings[$0] ?? 1) }) { first, _ in first }
    macs = macsFormula.evaluated(sizes)
    assumed = sizes.keys.filter { bindings[$0] == nil }.sorted()
  }
}
