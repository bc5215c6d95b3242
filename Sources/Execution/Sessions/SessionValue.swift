package import Tensors

/// What a session says of one of its inputs or outputs.
package struct SessionValue: Sendable {
  package var name: String
  /// `nil` for what is no tensor.
  package var tensor: TensorDeclaration?

  /// A tensor's element type and sizes, as a session declares them.
  package struct TensorDeclaration: Sendable {
    /// `nil` for a type that only the runtime knows.
    package var element: ElementType?
    package var sizes: [Size]
  }

  package enum Size: Hashable, Sendable {
    case known(Int)
    /// A size that is open; the name is empty where the model has none for it.
    case open(String)
  }
}
