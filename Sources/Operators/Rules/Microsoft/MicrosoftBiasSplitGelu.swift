import Tensors

extension MicrosoftRules {
  /// `[N, S, D]` plus a bias, halved along the last axis to `[N, S, D/2]`: one half times Gelu of the other.
  ///
  /// The bias takes two operations per element of the result, Gelu and the product one each.
  static let biasSplitGelu = rules(
    "BiasSplitGelu",
    infer: { context in
      guard let input = context.sizes(0, rank: 3) else { return }
      context.set(shape: Shape([input[0], input[1], input[2].floorDivided(by: 2)]))
    },
    cost: { $0.elementwise(4) })
}
