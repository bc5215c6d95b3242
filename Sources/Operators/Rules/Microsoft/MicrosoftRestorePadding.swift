import Tensors

extension MicrosoftRules {
  /// Packed tokens `[tokens, hidden]` in their places of `[N, S, hidden]`; it costs nothing.
  static let restorePadding = rules(
    "RestorePadding",
    infer: { context in
      let tokens = context.sizes(0, rank: 2), places = context.sizes(1, rank: 2)
      context.set(shape: Shape([places?[0] ?? .unknown, places?[1] ?? .unknown, tokens?[1] ?? .unknown]))
    },
    cost: { _ in .none })
}
