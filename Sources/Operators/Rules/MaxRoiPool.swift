import Tensors

extension OperatorRules {
  /// The greatest elements in a raster over each region: `[N, C, H, W]` and regions `[R, 5]` to `[R, C, pooled…]`.
  ///
  /// How many comparisons that takes depends on the regions.
  package static let maxRoiPool = OperatorRules(
    "MaxRoiPool",
    infer: { context in
      guard context.requireRank(4...4, of: context.shape(0), "the input", at: .input(0)),
        context.requireRank(2...2, of: context.shape(1), "`rois`", at: .input(1)),
        let pooled = context.ints("pooled_shape"), context.requireCount(pooled, "pooled_shape", count: 2)
      else { return }
      guard pooled.allSatisfy({ $0 > 0 }) else {
        return context.report(
          "invalid-attribute", "`pooled_shape` is \(pooled), but its sizes must be positive",
          at: .attribute("pooled_shape"))
      }
      let regions = context.shape(1)?.dimensions ?? [.unknown, .unknown]
      _ = context.agree(
        regions[1], 5, at: .input(1), "a region must have 5 numbers, its image and 2 corners, but has \(regions[1])")
      let channels = context.shape(0)?.dimensions[1] ?? .unknown
      context.set(shape: Shape([regions[0], channels] + pooled.map { Dimension($0) }))
    },
    cost: { _ in Cost(flops: .unknown) })
}
