import Tensors

extension MicrosoftRules {
  /// A vector for each word of `[words, characters]`, by a convolution over its characters.
  ///
  /// How many windows there are on a word is the word's own affair, and so is the cost.
  static let wordConvEmbedding = rules(
    "WordConvEmbedding",
    infer: { context in
      let words = context.shape(0)?.dimensions.first ?? .unknown
      context.set(shape: Shape([words, context.sizes(1, rank: 4)?[0] ?? .unknown]))
    },
    cost: { _ in .unknown })
}
