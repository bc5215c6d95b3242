import Graphs
import Tensors

extension OperatorRules {
  /// An image of a compressed file: `[height, width, channels]`, whose sizes the file tells.
  package static let imageDecoder = OperatorRules(
    "ImageDecoder",
    infer: { context in
      _ = context.requireRank(1...1, of: context.shape(0), "the file", at: .input(0))
      let format = context.text("pixel_format") ?? "RGB"
      guard let channels = ["RGB": 3, "BGR": 3, "Grayscale": 1][format] else { return }
      context.set(shape: Shape([.unknown, .unknown, Dimension(channels)]))
    },
    cost: { _ in Cost(flops: .unknown) })
}
