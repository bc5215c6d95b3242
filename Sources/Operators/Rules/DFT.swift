import Graphs
import Tensors

extension OperatorRules {
  /// The discrete Fourier transform along one axis of `[…, 1]` (real) or `[…, 2]` (complex) numbers.
  ///
  /// The axis becomes `dft_length`; forward and one-sided, half of it and one. A one-sided inverse gives real numbers.
  /// The axis is an attribute in version 17, and input 2 from version 20 on.
  package static let dft = OperatorRules(
    "DFT",
    infer: { context in
      guard let shape = context.shape(0), context.requireRank(2...Int.max, of: shape, "the input", at: .input(0)),
        let axes = context.transformedAxes(rank: shape.rank)
      else { return }
      let parts = shape.dimensions[shape.rank - 1]
      if let constant = parts.constant, constant != 1, constant != 2 {
        context.report(
          "shape-mismatch", "the last axis must be 1 for real or 2 for complex numbers, but is \(constant)",
          at: .input(0))
      }
      let isInverse = (context.int("inverse") ?? 0) != 0
      let isOneSided = (context.int("onesided") ?? 0) != 0
      let isGiven = context.input(1) != nil
      let given = isGiven ? context.shapeDataInput(1)?.first ?? .unknown : nil
      var result = shape.dimensions
      for axis in axes {
        let size = shape.dimensions[axis]
        let length = given ?? (isInverse && isOneSided ? (size - 1) * 2 : size)
        let transformed = isOneSided && !isInverse ? length.floorDivided(by: 2) + 1 : length
        // Of several axes that it may be, all keep their size or none is known to.
        result[axis] = axes.count == 1 || transformed == size ? transformed : .unknown
      }
      result[shape.rank - 1] = isInverse && isOneSided ? 1 : 2
      context.set(shape: Shape(result))
    },
    cost: { context in
      guard let input = context.input(0), let output = context.output(), input.count == output.count, input.count > 1
      else { return Cost(flops: .unknown) }
      let rank = input.count
      let given = context.attribute("axis")?.int.map { Int(clamping: $0) }
      let isAttribute = context.schema.attribute("axis") != nil
      if !isAttribute, context.has(2), rank > 2 { return Cost(flops: .unknown) }
      let axis = isAttribute ? given ?? 1 : -2
      guard let place = (-rank..<rank).contains(axis) ? (axis + rank) % rank : nil else { return Cost(flops: .unknown) }
      let isInverse = (context.attribute("inverse")?.int ?? 0) != 0
      let isOneSided = (context.attribute("onesided")?.int ?? 0) != 0
      var length = isInverse && isOneSided ? output[place] : input[place]
      if context.has(1) {
        // The even one of the two lengths that give as many bins.
        length = isOneSided && !isInverse ? (output[place] - 1) * 2 : output[place]
      }
      let others = output.indices.filter { $0 != place && $0 != rank - 1 }.reduce(Dimension(1)) { $0 * output[$1] }
      return Cost(flops: others * Cost.fourierTransform(of: length))
    })
}

extension InferenceContext {
  /// The axis of a transform, or all that it may be; `nil` where it is out of range and reported.
  ///
  /// The last axis holds the parts of a number and is none of them.
  fileprivate mutating func transformedAxes(rank: Int) -> [Int]? {
    let subject: OperatorProblem.Subject
    let given: Int
    if schema.attribute("axis") != nil {
      (given, subject) = (int("axis") ?? 1, .attribute("axis"))
    } else if input(2) == nil {
      (given, subject) = (-2, .call)
    } else if let constant = constantData(2)?.first {
      (given, subject) = (constant, .input(2))
    } else {
      return Array(0..<(rank - 1))
    }
    guard let axis = normalized(axis: given, rank: rank, at: subject) else { return nil }
    guard axis != rank - 1 else {
      report(
        "axis-out-of-range", "axis \(given) is the last one, which holds the parts of each number", at: subject)
      return nil
    }
    return [axis]
  }
}
