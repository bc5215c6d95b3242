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
  /// Sparse tensors, likewise.
  package var innerSparse: [String: SparseTensor]
  /// The sparse initialisers of the file, in its order.
  package var sparseTensors: [(name: String, tensor: SparseTensor)]
  /// What nodes of the file give without computing, by the names of their results; parameters may take them, and none has to.
  package var constants: [(name: String, tensor: Tensor)]
  /// Why tensors of the file cannot be read, by their names.
  package var unreadable: [String: String]
  /// The model that the file holds, where it holds one.
  package var model: Model?
  /// The files that it is read from, by their paths: shards and external data too.
  package var stamps: [String: FileStamp] = [:]

  package init(
    tensors: [(name: String, tensor: Tensor)], annotations: [String: Annotations] = [:],
    inner: [String: NamedTensor] = [:], innerSparse: [String: SparseTensor] = [:],
    sparseTensors: [(name: String, tensor: SparseTensor)] = [], constants: [(name: String, tensor: Tensor)] = [],
    unreadable: [String: String] = [:], model: Model? = nil
  ) {
    self.tensors = tensors
    self.annotations = annotations
    self.inner = inner
    self.model = model
    self.innerSparse = innerSparse
    self.sparseTensors = sparseTensors
    self.constants = constants
    self.unreadable = unreadable
  }
}
