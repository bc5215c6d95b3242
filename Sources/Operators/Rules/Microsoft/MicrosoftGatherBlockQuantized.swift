import Tensors

extension MicrosoftRules {
  /// Slices of block-quantized data as real numbers: two operations per element, as for DequantizeLinear.
  ///
  /// Bytes hold several numbers of fewer bits along the last axis.
  static let gatherBlockQuantized = rules(
    "GatherBlockQuantized",
    infer: { context in
      guard let data = context.shape(0), let indices = context.shape(1), data.rank > 0,
        let axis = context.normalized(
          axis: context.int("gather_axis") ?? 0, rank: data.rank, at: .attribute("gather_axis"))
      else { return }
      var sizes = data.dimensions
      switch (context.element(0), context.int("bits") ?? 4) {
      case (nil, _): sizes[sizes.count - 1] = .unknown
      case (.u8, let bits) where [2, 4].contains(bits): sizes[sizes.count - 1] *= Dimension(8 / bits)
      case (.u8, let bits) where bits != 8: sizes[sizes.count - 1] = .unknown
      default: break
      }
      context.set(shape: Shape(Array(sizes[..<axis] + indices.dimensions + sizes[(axis + 1)...])))
    },
    cost: { $0.elementwise(2) })
}
