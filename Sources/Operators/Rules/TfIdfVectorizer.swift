import Tensors

extension OperatorRules {
  /// How often n-grams occur in a row of numbers or strings: `[n]` for `[C]` and `[N, n]` for `[N, C]`.
  ///
  /// `n` is one more than the greatest of `ngram_indexes`. What the search takes follows the elements.
  package static let tfIdfVectorizer = OperatorRules(
    "TfIdfVectorizer",
    infer: { context in
      guard let shape = context.shape(0), (1...2).contains(shape.rank) else { return }
      let places = context.ints("ngram_indexes") ?? []
      let isValid = !places.isEmpty && places.allSatisfy { $0 >= 0 }
      let size = isValid ? places.max().map { Dimension($0) + 1 } : nil
      context.set(shape: Shape(shape.dimensions.dropLast() + [size ?? .unknown]))
    },
    cost: { _ in .unknown })
}
