package import Graphs
package import Tensors

/// The tensors of a weights file, by name.
package struct Checkpoint: Sendable {
  package var tensors: [(name: String, tensor: Tensor)]
  /// What the file keeps beside tensors, by their names.
  package var annotations: [String: Annotations]
  /// Tensors that are attributes of nodes in the file, or initialisers of their subgraphs, by their places: `@12.value`,
  /// `@12.body.w`.
  package var inner: [String: NamedTensor]

  package init(
    tensors: [(name: String, tensor: Tensor)], annotations: [String: Annotations] = [:],
    inner: [String: NamedTensor] = [:]
  ) {
    self.tensors = tensors
    self.annotations = annotations
    self.inner = inner
  }
}
