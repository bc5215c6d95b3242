import Tensors

extension OperatorRules {
  /// Convolution of `[N, C, …]` with a weight `[M, C / group, kernel…]` to `[N, M, …]`.
  ///
  /// Each element of the result takes `C / group` times the kernel's size in MACs, and one addition for a bias.
  package static let conv = OperatorRules(
    "Conv",
    infer: { $0.convolve() },
    cost: { .products($0.convolutionProducts(), others: $0.has(2) ? $0.outputCount() : 0) },
    pruning: { $0.convolve() })
}

extension PruningContext {
  /// Channels of the input are columns of the weight, channels of the result its rows with their biases; in groups, what
  /// goes from one group goes from all, and where each channel is a group, it takes its results with it.
  fileprivate mutating func convolve() {
    guard let group = call.positiveAttribute("group"), let channels = constantSize(.input(0, 1)),
      let results = constantSize(.output(0, 1)), results % group == 0, channels % group == 0
    else { return }
    couple(.input(0, 0), .output(0, 0))
    couple(.output(0, 1), .input(1, 0))
    if has(2) { couple(.output(0, 1), .input(2, 0)) }
    if group == 1 {
      couple(.input(0, 1), .input(1, 1))
      role(.input(1, 0), .producer)
      role(.input(1, 1), .consumer)
    } else if group == channels {
      mention(.input(1, 1))
      couple(.input(0, 1), .output(0, 1), .blocks(results / group))
      role(.input(1, 0), .filter)
      set(.attribute("group", sizeOf: .input(0, 1), divisor: 1))
    } else {
      couple(.input(1, 1), .input(0, 1), .modulo(channels / group))
      couple(.output(0, 1), .output(0, 1), .modulo(results / group))
      role(.input(1, 0), .producer)
      role(.input(1, 1), .consumer)
    }
  }
}
