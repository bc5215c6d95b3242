import Tensors

extension MicrosoftRules {
  /// The tokens of `[N, S, hidden]` without padding, how many there are known only at run time; it costs nothing.
  static let removePadding = rules(
    "RemovePadding",
    infer: { context in
      let input = context.sizes(0, rank: 3) ?? [.unknown, .unknown, .unknown]
      context.set(0, shape: Shape([.unknown, input[2]]))
      context.set(1, shape: Shape([input[0], input[1]]))
      context.set(2, shape: Shape([input[0] + 1]))
      context.set(3, shape: Shape([1]))
    },
    cost: { _ in .none })
}
