package import Tensors

/// The tensors of a weights file, by name.
package struct Checkpoint: Sendable {
  package var tensors: [(name: String, tensor: Tensor)]

  package init(tensors: [(name: String, tensor: Tensor)]) {
    self.tensors = tensors
  }
}
