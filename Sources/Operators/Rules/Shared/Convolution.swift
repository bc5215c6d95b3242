import Tensors

/// The shapes of Conv and of its relatives, whose arguments stand in other places.
extension InferenceContext {
  /// Gives result 0 the shape of a convolution of `[N, C, …]` with a weight `[M, C / group, kernel…]`: `[N, M, …]`.
  ///
  /// - Parameters:
  ///   - input: the place of the input among the arguments.
  ///   - weight: the place of the weight.
  ///   - bias: the place of the bias; `nil` for operators without one.
  mutating func convolve(input inputIndex: Int = 0, weight weightIndex: Int = 1, bias: Int? = 2) {
    let (input, weight) = (shape(inputIndex), shape(weightIndex))
    guard let rank = input?.rank ?? weight?.rank,
      requireRank(3...Int.max, of: input, "the input", at: .input(inputIndex)),
      requireRank(3...Int.max, of: weight, "the weight", at: .input(weightIndex)),
      requireRank(rank...rank, of: weight, "the weight", at: .input(weightIndex)),
      let group = positiveAttribute("group")
    else { return }
    let sizes = input?.dimensions ?? Array(repeating: .unknown, count: rank)
    let weights = weight?.dimensions ?? Array(repeating: .unknown, count: rank)
    checkChannels(of: weights, at: weightIndex, group: group, input: sizes[1], at: inputIndex)
    if let bias {
      requireVector(bias, of: weights[0], at: .axis(input: weightIndex, 0), "bias", "the weight's axis 0 gives")
    }
    guard let kernel = kernel(of: weights), let window = window(kernel: kernel) else {
      let open = Array(repeating: Dimension.unknown, count: rank - 2)
      return set(shape: Shape([sizes[0], weights[0]] + open))
    }
    set(shape: Shape([sizes[0], weights[0]] + places(of: window, on: Array(sizes[2...]))))
  }

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

  /// Checks the weight's channels against the input's, and that `group` divides the result's.
  mutating func checkChannels(
    of weight: [Dimension], at index: Int, group: Int, input: Dimension, at inputIndex: Int
  ) {
    let wanted = weight[1] * Dimension(group)
    _ = agree(
      wanted, input, at: .input(index),
      places: OperatorProblem.SizePlaces(left: .axis(input: index, 1), right: .axis(input: inputIndex, 1)),
      "the weight takes \(wanted) input channels (its axis 1 times group \(group)), "
        + "but the input has \(input) (its axis 1)"
    )
    guard let outputs = weight[0].constant, outputs % group != 0 else { return }
    report(
      "shape-mismatch", "group \(group) does not divide the \(outputs) output channels (the weight's axis 0)",
      at: .attribute("group"))
  }
}

extension CostContext {
  /// The MACs of a convolution: for each element of the result, what one output channel of the weight holds.
  func convolutionProducts(weight: Int = 1) -> Dimension {
    outputCount() * (input(weight)?.dropFirst().reduce(1) { $0 * $1 } ?? .unknown)
  }

  /// Whether the call has argument `index`.
  func has(_ index: Int) -> Bool { inputs.indices.contains(index) && inputs[index] != nil }
}
