import Tensors

extension MicrosoftRules {
  /// Attention of each token of `[N, S, H]` to a window of W on both sides, and of some tokens to all.
  ///
  /// Two projections of `[H, 3H]` are counted, and the scores of the windows; those of all tokens are left out.
  static let longformerAttention = rules(
    "LongformerAttention",
    infer: { context in
      context.set(shape: context.shape(0))
    },
    cost: { context in
      guard let input = context.input(0, rank: 3), let window = context.size("window") else { return .unknown }
      let projections = context.inputCount(1) + context.inputCount(4)
      return .products(input[0] * input[1] * (projections + input[2] * (window * 2 + 1) * 2))
    })
}
