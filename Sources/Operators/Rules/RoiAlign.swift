import Graphs
import Tensors

extension OperatorRules {
  /// Regions of a feature map interpolated on a raster (He and others, 2017): `[N, C, H, W]` and R regions to
  /// `[R, C, output_height, output_width]`.
  ///
  /// Each of `sampling_ratio²` samples of an element takes eight operations, two for each of its four neighbours, and one
  /// to be pooled; without a ratio there are as many as the region's size asks for.
  package static let roiAlign = OperatorRules(
    "RoiAlign",
    infer: { context in
      guard context.requireRank(4...4, of: context.shape(0), "the input", at: .input(0)),
        context.requireRank(2...2, of: context.shape(1), "`rois`", at: .input(1)),
        context.requireRank(1...1, of: context.shape(2), "`batch_indices`", at: .input(2)),
        let height = context.positiveAttribute("output_height"), let width = context.positiveAttribute("output_width")
      else { return }
      let regions = context.shape(1)?.dimensions ?? [.unknown, .unknown]
      let indices = context.shape(2)?.dimensions[0] ?? .unknown
      let count = context.agree(
        regions[0], indices, at: .input(2), "there are \(regions[0]) regions, but \(indices) batch indices")
      _ = context.agree(regions[1], 4, at: .input(1), "a region must have 4 numbers, but has \(regions[1])")
      let channels = context.shape(0)?.dimensions[1] ?? .unknown
      context.set(shape: Shape([count, channels, Dimension(height), Dimension(width)]))
    },
    cost: { context in
      guard let ratio = context.attribute("sampling_ratio")?.int.flatMap(Int.init(exactly:)), ratio > 0 else {
        return Cost(flops: .unknown)
      }
      return Cost(flops: context.outputCount() * Dimension(ratio) * Dimension(ratio) * 9)
    },
    pruning: { $0.couple(.input(0, 1), .output(0, 1)) })
}
