package import Graphs
package import Semantics
import Tensors

extension Elaboration {
  /// What counts as the model's parameters.
  ///
  /// In a model that was imported those are Constants too, where they would count as initializers: some exporters write
  /// every weight as one. Linear in the graph.
  package var parameters: [Initializer] {
    let graph = model.graph
    let initializers = graph.regions.indices.flatMap { graph.regions[$0].initializers.filter { $0.role == .parameter } }
    return initializers + constantParameters.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The Constants among the parameters.
  package var constantParameters: [Node.ID: Initializer] {
    guard declaration.isImported else { return [:] }
    let graph = model.graph
    var found: [Node.ID: Initializer] = [:]
    for node in graph.nodes.indices where graph.nodes[node].isConstant {
      guard case .tensor(let named)? = graph.nodes[node].attributes.first?.value,
        Initializer.Role(seenIn: named.tensor) == .parameter, case let value?? = graph.nodes[node].outputs.first
      else { continue }
      found[node] = Initializer(value: value, tensor: named.tensor, role: .parameter)
    }
    return found
  }
}

extension Node {
  /// Whether the node is nothing but a tensor.
  package var isConstant: Bool { operatorType == "Constant" && inputs.isEmpty }
}
