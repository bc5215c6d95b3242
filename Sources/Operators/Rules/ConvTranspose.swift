import Tensors

extension OperatorRules {
  /// Transposed convolution of `[N, C, …]` with a weight `[C, M / group, kernel…]` to `[N, M, …]`.
  ///
  /// An axis becomes `stride · (size − 1) + output_padding + dilation · (kernel − 1) + 1 − pads`. Each element of the
  /// input meets `M / group` times the kernel's size in MACs; a bias adds one operation per element of the result.
  package static let convTranspose = OperatorRules(
    "ConvTranspose",
    infer: { context in
      let (input, weight) = (context.shape(0), context.shape(1))
      guard let rank = input?.rank ?? weight?.rank,
        context.requireRank(3...Int.max, of: input, "the input", at: .input(0)),
        context.requireRank(rank...rank, of: weight, "the weight", at: .input(1)),
        context.requireRank(3...Int.max, of: weight, "the weight", at: .input(1)),
        let group = context.positiveAttribute("group")
      else { return }
      let sizes = input?.dimensions ?? Array(repeating: .unknown, count: rank)
      let weights = weight?.dimensions ?? Array(repeating: .unknown, count: rank)
      _ = context.agree(
        weights[0], sizes[1], at: .input(1),
        "the weight takes \(weights[0]) input channels (its axis 0), but the input has \(sizes[1]) (its axis 1)")
      let channels = weights[1] * Dimension(group)
      context.requireVector(2, of: channels, at: nil, "bias", "the weight's axis 1 times group \(group) gives")
      let open = Array(repeating: Dimension.unknown, count: rank - 2)
      let spatial = context.kernel(of: weights).flatMap { context.transposedSizes(Array(sizes[2...]), kernel: $0) }
      context.set(shape: Shape([sizes[0], channels] + (spatial ?? open)))
    },
    cost: { context in
      let perElement = context.input(1)?.dropFirst().reduce(1) { $0 * $1 } ?? .unknown
      let hasBias = context.inputs.count > 2 && context.inputs[2] != nil
      return .products(context.inputCount() * perElement, others: hasBias ? context.outputCount() : 0)
    },
    pruning: { $0.convolveTransposed() })
}

extension InferenceContext {
  fileprivate mutating func transposedSizes(_ sizes: [Dimension], kernel: [Dimension]) -> [Dimension]? {
    guard let window = window(kernel: kernel) else { return nil }
    if let declared = ints("output_shape"), !declared.isEmpty {
      guard requireCount(declared, "output_shape", count: kernel.count) else { return nil }
      return declared.map { Dimension($0) }
    }
    let extra = ints("output_padding") ?? []
    guard extra.isEmpty || requireCount(extra, "output_padding", count: kernel.count) else { return nil }
    return sizes.indices.map { axis in
      let stride = Dimension(window.strides[axis])
      let added = Dimension(extra.isEmpty ? 0 : extra[axis])
      if window.automatic == .same {
        // A kernel shorter than the stride cannot give as much without padding of less than nothing, which runtimes lack.
        return (window.extent(axis) + added).isProvablyAtLeast(stride) ? sizes[axis] * stride : .unknown
      }
      let pads = window.automatic == .valid ? (begin: 0, end: 0) : window.pads[axis]
      let size =
        stride * (sizes[axis] - 1) + added + window.extent(axis) - Dimension(pads.begin)
        - Dimension(pads.end)
      guard (0 - size).isProvablyAtLeast(0) else { return size }
      report("negative-size", "axis \(axis + 2) of the result would have the size \(size)")
      return .unknown
    }
  }
}

extension PruningContext {
  /// As Conv's, with the weight `[C, M / group, …]`.
  fileprivate mutating func convolveTransposed() {
    guard let group = call.positiveAttribute("group"), let channels = constantSize(.input(0, 1)),
      let results = constantSize(.output(0, 1)), results % group == 0, channels % group == 0
    else { return }
    couple(.input(0, 0), .output(0, 0))
    couple(.input(0, 1), .input(1, 0))
    if has(2) { couple(.output(0, 1), .input(2, 0)) }
    if group == 1 {
      couple(.output(0, 1), .input(1, 1))
      role(.input(1, 0), .consumer)
      role(.input(1, 1), .producer)
    } else if group == channels {
      if results == group { mention(.input(1, 1)) }
      couple(.input(0, 1), .output(0, 1), .blocks(results / group))
      role(.input(1, 0), .filter)
      set(.attribute("group", sizeOf: .input(0, 1), divisor: 1))
    } else {
      couple(.input(1, 1), .output(0, 1), .modulo(results / group))
      couple(.input(0, 1), .input(0, 1), .modulo(channels / group))
      role(.input(1, 0), .consumer)
      role(.input(1, 1), .producer)
    }
  }
}
