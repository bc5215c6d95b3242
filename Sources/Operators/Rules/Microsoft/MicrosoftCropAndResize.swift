import Tensors

extension MicrosoftRules {
  /// Regions of images `[N, C, H, W]`, resized to `[regions, C, h, w]`; seven operations per element, as for a bilinear
  /// mixture of four.
  static let cropAndResize = rules(
    "CropAndResize",
    infer: { context in
      let image = context.sizes(0, rank: 4), regions = context.sizes(1, rank: 2)
      let size = context.shapeData(3).flatMap { $0.count == 2 ? $0.map(\.ifNatural) : nil } ?? [.unknown, .unknown]
      context.set(shape: Shape([regions?[0] ?? .unknown, image?[1] ?? .unknown] + size))
    },
    cost: { $0.elementwise(7) })
}
