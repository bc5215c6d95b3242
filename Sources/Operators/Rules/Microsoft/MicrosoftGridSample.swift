import Tensors

extension MicrosoftRules {
  /// Images `[N, C, H, W]` sampled at a grid `[N, h, w, 2]` to `[N, C, h, w]`; seven operations per element, as for a
  /// bilinear mixture of four.
  static let gridSample = rules(
    "GridSample",
    infer: { context in
      guard let image = context.sizes(0, rank: 4), let grid = context.sizes(1, rank: 4) else { return }
      context.set(shape: Shape([image[0].isUnknown ? grid[0] : image[0], image[1], grid[1], grid[2]]))
    },
    cost: { $0.elementwise(7) })
}
