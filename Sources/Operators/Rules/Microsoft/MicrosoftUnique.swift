import Tensors

extension MicrosoftRules {
  /// The distinct elements of a vector, where each element's is among them, and how often each occurs.
  static let unique = rules(
    "Unique",
    infer: { context in
      context.set(0, shape: Shape([.unknown]))
      context.set(1, shape: Shape([context.sizes(0, rank: 1)?[0] ?? .unknown]))
      context.set(2, shape: Shape([.unknown]))
    },
    cost: { $0.perInput(1) })
}
