import Graphs
package import Semantics
package import Tensors

/// The parameters and buffers of a model in its order, as a PyTorch state dictionary lists them.
package struct StateDictionary: Sendable {
  package enum Role: String, Sendable {
    case parameter, buffer
  }

  package struct Entry: Sendable {
    /// The state-dict path, such as `layers.0.attn.query.weight`.
    package var path: String
    package var element: ElementType
    package var sizes: [Int]
    /// The type as Mica writes it, such as `f32[64, 3, 7, 7]`.
    package var type: String
    package var role: Role
    package var elementCount: Int
    package var bytes: Int
  }

  package var model: String
  package var entries: [Entry]

  /// The state dictionary of an elaborated model; weights files are not needed.
  package init(_ elaboration: Elaboration) {
    let graph = elaboration.model.graph
    model = elaboration.declaration.name
    entries = graph.regions.indices.flatMap { graph.regions[$0].initializers }.compactMap { initializer in
      let role: Role
      switch initializer.role {
      case .parameter: role = .parameter
      case .buffer: role = .buffer
      case .constant: return nil
      }
      let tensor = initializer.tensor
      return Entry(
        path: graph.values[initializer.value].name, element: tensor.element, sizes: tensor.sizes,
        type: tensor.typeDescription, role: role, elementCount: tensor.elementCount, bytes: tensor.byteCount ?? 0)
    }
  }
}
