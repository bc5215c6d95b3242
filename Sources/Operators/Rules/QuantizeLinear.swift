import Tensors

extension OperatorRules {
  /// `saturate(round(x / scale) + zero_point)`: two operations per element, the division and the addition.
  ///
  /// The result has the type of the zero point, or `output_dtype`, or else `u8`.
  package static let quantizeLinear = OperatorRules(
    "QuantizeLinear",
    infer: { context in
      let declared = context.elementType("output_dtype")
      context.set(shape: context.shape(0))
      context.set(element: context.input(2) != nil ? context.element(2) : declared ?? .u8)
      context.checkQuantizationAxis()
    },
    cost: { $0.elementwise(2) },
    pruning: { $0.scaleAxis() })
}

extension InferenceContext {
  /// An attribute that is the number of an element type; 0 is none.
  func elementType(_ name: String) -> ElementType? {
    int(name).flatMap(UInt8.init(exactly:)).flatMap(ElementType.init(rawValue:))
  }

  /// Checks a scale per channel, and that the zero point has the shape of the scale.
  mutating func checkQuantizationAxis() {
    guard let shape = shape(0), let scale = self.shape(1) else { return }
    if let zeroPoint = self.shape(2) {
      if zeroPoint.rank != scale.rank, !(zeroPoint.rank <= 1 && scale.rank <= 1) {
        report("rank-mismatch", "the zero point is \(zeroPoint), but the scale is \(scale)", at: .input(2))
      } else if zeroPoint.rank == scale.rank {
        for (size, wanted) in zip(zeroPoint.dimensions, scale.dimensions) {
          _ = agree(size, wanted, at: .input(2), "the zero point is \(zeroPoint), but the scale is \(scale)")
        }
      }
    }
    guard scale.rank == 1, scale.dimensions[0].constant != 1, shape.rank > 0, (int("block_size") ?? 0) == 0,
      let axis = normalized(axis: int("axis") ?? 1, rank: shape.rank, at: .attribute("axis"))
    else { return }
    _ = agree(
      scale.dimensions[0], shape.dimensions[axis], at: .input(1),
      "the scale has \(scale.dimensions[0]) elements, but axis \(axis) is \(shape.dimensions[axis])")
  }
}

extension PruningContext {
  /// A scale and a zero point for all elements, or for each index of `axis`.
  mutating func scaleAxis() {
    guard let rank = rank(.input(0)), let scales = shape(.input(1)), (int("block_size") ?? 0) == 0 else { return }
    keepAxes()
    guard scales.rank == 1, scales.dimensions[0].constant != 1 else {
      for input in 1...2 { if self.rank(.input(input)) == 1 { mention(.input(input, 0)) } }
      return
    }
    guard let axis = axis(rank: rank, otherwise: 1) else { return }
    for input in 1...2 where has(input) { couple(.input(0, axis), .input(input, 0)) }
  }
}
