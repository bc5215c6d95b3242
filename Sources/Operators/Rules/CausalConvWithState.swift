import Graphs
import Tensors

extension OperatorRules {
  /// Convolution of each channel of `[N, C, L]` with its own kernel of `[C, 1, k]`, looking back only.
  ///
  /// Results are `[N, C, L]` and the last `k − 1` places, `[N, C, k − 1]`. Each element takes `k` MACs, an addition for a
  /// bias, and two operations for the activation `silu`.
  package static let causalConvWithState = OperatorRules(
    "CausalConvWithState",
    infer: { context in
      guard context.requireRank(3...3, of: context.shape(0), "the input", at: .input(0)),
        context.requireRank(3...3, of: context.shape(1), "the weight", at: .input(1)),
        context.requireRank(3...3, of: context.shape(3), "`past_state`", at: .input(3))
      else { return }
      let open = Array(repeating: Dimension.unknown, count: 3)
      var input = context.shape(0)?.dimensions ?? open
      let weight = context.shape(1)?.dimensions ?? open
      let past = context.shape(3)?.dimensions ?? open
      input[1] = context.agree(
        input[1], weight[0], at: .input(1), "the weight has \(weight[0]) channels, but the input \(input[1])")
      _ = context.agree(
        weight[1], 1, at: .input(1), "the weight must be [C, 1, k], but its axis 1 is \(weight[1])")
      context.requireVector(2, of: input[1], at: .axis(input: 0, 1), "bias", "the input's axis 1 has")
      let state = weight[2] - 1
      let kept = zip(past, [input[0], input[1], state]).enumerated().map { axis, sizes in
        context.agree(
          sizes.0, sizes.1, at: .input(3), "axis \(axis) of `past_state` is \(sizes.0), but must be \(sizes.1)")
      }
      context.set(0, shape: Shape([kept[0], kept[1], input[2]]))
      context.set(1, shape: Shape(kept))
    },
    cost: { context in
      let isActivated = (context.attribute("activation")?.text ?? "none") != "none"
      let others = (context.has(2) ? 1 : 0) + (isActivated ? 2 : 0)
      return .products(
        context.outputCount() * (context.input(1)?.last ?? .unknown), others: context.outputCount() * Dimension(others))
    })
}
