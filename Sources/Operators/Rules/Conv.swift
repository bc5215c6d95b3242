import Tensors

extension OperatorRules {
  /// Convolution of `[N, C, …]` with a weight `[M, C / group, kernel…]` to `[N, M, …]`.
  ///
  /// Each element of the result takes `C / group` times the kernel's size in MACs, and one addition for a bias.
  package static let conv = OperatorRules(
    "Conv",
    infer: { context in
      let (input, weight) = (context.shape(0), context.shape(1))
      guard let rank = input?.rank ?? weight?.rank,
        context.requireRank(3...Int.max, of: input, "the input", at: .input(0)),
        context.requireRank(rank...rank, of: weight, "the weight", at: .input(1)),
        let group = context.positiveAttribute("group")
      else { return }
      let sizes = input?.dimensions ?? Array(repeating: .unknown, count: rank)
      let weights = weight?.dimensions ?? Array(repeating: .unknown, count: rank)
      context.checkChannels(of: weights, group: group, input: sizes[1])
      context.requireVector(2, of: weights[0], "bias", "the weight's axis 0 gives")
      guard let kernel = context.kernel(of: weights), let window = context.window(kernel: kernel) else {
        let open = Array(repeating: Dimension.unknown, count: rank - 2)
        return context.set(shape: Shape([sizes[0], weights[0]] + open))
      }
      context.set(shape: Shape([sizes[0], weights[0]] + context.places(of: window, on: Array(sizes[2...]))))
    },
    cost: { context in
      let perElement = context.input(1)?.dropFirst().reduce(1) { $0 * $1 } ?? .unknown
      let hasBias = context.inputs.count > 2 && context.inputs[2] != nil
      return .products(context.outputCount() * perElement, others: hasBias ? context.outputCount() : 0)
    })
}

extension InferenceContext {
  /// An integer attribute, 1 where it is absent; not positive, it is reported and `nil`.
  mutating func positiveAttribute(_ name: String) -> Int? {
    let value = int(name) ?? 1
    guard value > 0 else {
      report("invalid-attribute", "`\(name)` is \(value), but must be positive", at: .attribute(name))
      return nil
    }
    return value
  }

  /// The kernel's sizes, from the weight `[M, C, kernel…]` and from `kernel_shape`, which must agree.
  mutating func kernel(of weight: [Dimension]) -> [Dimension]? {
    let fromWeight = Array(weight[2...])
    guard let given = ints("kernel_shape"), !given.isEmpty else { return fromWeight }
    guard let declared = kernelShape(), requireCount(given, "kernel_shape", count: fromWeight.count) else { return nil }
    return zip(fromWeight, declared).enumerated().map { axis, sizes in
      agree(
        sizes.0, sizes.1, at: .attribute("kernel_shape"),
        "`kernel_shape` is \(sizes.1) on axis \(axis), but the weight's axis \(axis + 2) is \(sizes.0)")
    }
  }

  fileprivate mutating func checkChannels(of weight: [Dimension], group: Int, input: Dimension) {
    let wanted = weight[1] * Dimension(group)
    _ = agree(
      wanted, input, at: .input(1),
      "the weight takes \(wanted) input channels (its axis 1 times group \(group)), "
        + "but the input has \(input) (its axis 1)"
    )
    guard let outputs = weight[0].constant, outputs % group != 0 else { return }
    report(
      "shape-mismatch", "group \(group) does not divide the \(outputs) output channels (the weight's axis 0)",
      at: .attribute("group"))
  }
}
