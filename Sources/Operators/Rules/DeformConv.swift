import Tensors

extension OperatorRules {
  /// Convolution of `[N, C, …]` whose kernel takes its elements from places that `offset` moves (Dai and others, 2017).
  ///
  /// The shapes and the MACs of Conv. Each element under the kernel is interpolated from 2 on each axis, two operations
  /// each, once for a channel of the input; a mask takes one more, a bias one per element of the result.
  package static let deformConv = OperatorRules(
    "DeformConv",
    infer: { context in
      context.convolve(bias: 3)
      guard let result = context.outputs.first?.type.shape, let groups = context.positiveAttribute("offset_group")
      else { return }
      let axes = result.rank - 2
      let kernel = context.shape(1).map { Shape(Array($0.dimensions.dropFirst(2))).elementCount } ?? .unknown
      let points = kernel * Dimension(groups)
      let offsets = context.checkField(2, "`offset`", channels: points * Dimension(axes), of: result)
      let masked = context.checkField(4, "the mask", channels: points, of: offsets)
      context.set(shape: masked)
    },
    cost: { context in
      guard let input = context.input(0), let weight = context.input(1), let output = context.output(),
        input.count == output.count, weight.count == output.count, input.count > 2
      else { return Cost(macs: .unknown, flops: .unknown) }
      let places = output[2...].reduce(output[0]) { $0 * $1 }
      let kernel = weight[2...].reduce(Dimension(1)) { $0 * $1 }
      let perPoint = 2 * (1 << Swift.min(input.count - 2, 16)) + (context.has(4) ? 1 : 0)
      return .products(
        context.convolutionProducts(),
        others: places * kernel * input[1] * Dimension(perPoint) + (context.has(3) ? context.outputCount() : 0))
    })
}

extension InferenceContext {
  /// Checks an argument `[N, channels, …]` with a number for each place of the result, and gives what is known of it then.
  fileprivate mutating func checkField(
    _ index: Int, _ what: String, channels: Dimension, of result: Shape
  ) -> Shape {
    guard let field = shape(index)?.dimensions,
      requireRank(result.rank...result.rank, of: Shape(field), what, at: .input(index))
    else { return result }
    var known = result
    for axis in field.indices {
      let wanted = axis == 1 ? channels : result.dimensions[axis]
      let size = agree(
        wanted, field[axis], at: .input(index), "axis \(axis) of \(what) is \(field[axis]), but must be \(wanted)")
      if axis != 1 { known.dimensions[axis] = size }
    }
    return known
  }
}
