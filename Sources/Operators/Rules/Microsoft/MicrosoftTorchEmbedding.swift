import Tensors

extension MicrosoftRules {
  /// The rows of a table that indices name; it costs nothing.
  static let torchEmbedding = rules(
    "TorchEmbedding",
    infer: { context in
      guard let table = context.sizes(0, rank: 2), let indices = context.shape(1) else { return }
      context.set(shape: Shape(indices.dimensions + [table[1]]))
    },
    cost: { _ in .none })
}
