import Tensors

extension OperatorRules {
  /// Triangular filters that turn a spectrum into mel bands: `[⌊dft_length / 2⌋ + 1, num_mel_bins]`.
  ///
  /// Four operations per element: the distances to both sides, their quotients and the lesser of the two, which may not
  /// be negative.
  package static let melWeightMatrix = OperatorRules(
    "MelWeightMatrix",
    infer: { context in
      let bands = context.shapeDataInput(0)?.first ?? .unknown
      let length = context.shapeDataInput(1)?.first ?? .unknown
      context.set(element: context.elementType("output_datatype") ?? .f32)
      context.set(shape: Shape([length.floorDivided(by: 2) + 1, bands]))
    },
    cost: { $0.elementwise(4) })
}
