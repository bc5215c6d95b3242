package import Graphs
package import Tensors

extension GraphBuilder {
  /// Makes an attribute of a node the attribute `parameter` of the function around, of the kind that it has.
  package mutating func reference(_ attribute: String, of node: Node.ID, _ parameter: String) {
    guard let index = graph.nodes[node].attributes.firstIndex(where: { $0.name == attribute }) else { return }
    let value = graph.nodes[node].attributes[index].value
    graph.nodes[node].attributes[index].value = .reference(parameter, kind: value.kindNumber)
  }

  /// Gives an input a sparse tensor that counts where nobody gives another.
  package mutating func initialize(_ input: Value.ID, _ tensor: SparseTensor) {
    graph.regions[graph.body].sparseInitializers.append(SparseInitializer(value: input, tensor: tensor))
  }

  /// Gives an input a tensor that counts where nobody gives another, as ONNX allows from IR version 4 on.
  package mutating func initialize(_ input: Value.ID, _ tensor: Tensor) {
    graph.regions[graph.body].initializers.append(Initializer(value: input, tensor: tensor, role: .parameter))
  }
}
