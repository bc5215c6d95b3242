import Tensors

extension MicrosoftRules {
  /// Hashes of the n-grams that end at each token of `[N, S]`, for each n from 2 on and each head; it costs nothing.
  ///
  /// Result 1 is the last tokens, as many as an n-gram looks back.
  static let nGramHashMapping = rules(
    "NGramHashMapping",
    infer: { context in
      let tokens = context.sizes(0, rank: 2) ?? [.unknown, .unknown]
      guard let longest = context.positiveAttribute("max_ngram_size"),
        let heads = context.positiveAttribute("n_head_per_ngram")
      else { return }
      let history = Dimension(longest) - 1
      context.set(0, shape: Shape([tokens[0], tokens[1], history * Dimension(heads)]))
      context.set(1, shape: Shape([tokens[0], history]))
    },
    cost: { _ in .none })
}
