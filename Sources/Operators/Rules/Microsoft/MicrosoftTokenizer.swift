import Tensors

extension MicrosoftRules {
  /// The tokens of each string along a new last axis, as many as the string with most has; it costs nothing.
  ///
  /// Of no strings the result has no further axis.
  static let tokenizer = rules(
    "Tokenizer",
    infer: { context in
      guard let shape = context.shape(0), shape.dimensions.allSatisfy({ $0.isProvablyAtLeast(1) }) else { return }
      context.set(shape: Shape(shape.dimensions + [.unknown]))
    },
    cost: { _ in .none })
}
