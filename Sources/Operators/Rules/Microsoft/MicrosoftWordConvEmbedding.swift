import Tensors

extension MicrosoftRules {
  /// `[N, words, characters]` to a vector for each word, by a convolution over its characters.
  ///
  /// How many windows there are on a word is the word's own affair, and so is the cost.
  static let wordConvEmbedding = rules(
    "WordConvEmbedding",
    infer: { context in
      guard let text = context.shape(0), !text.dimensions.isEmpty else { return }
      let width = context.sizes(1, rank: 4)?[0] ?? .unknown
      context.set(shape: Shape(text.dimensions.dropLast() + [width]))
    },
    cost: { _ in .unknown })
}
