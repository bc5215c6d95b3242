import Tensors

extension OperatorRules {
  /// Blocks put back into an image, adding up where they overlap: `[N, C · block…, L]` to `[N, C, image…]`.
  ///
  /// One addition per element of the input.
  package static let col2Im = OperatorRules(
    "Col2Im",
    infer: { context in
      guard context.requireRank(3...3, of: context.shape(0), "the input", at: .input(0)),
        context.requireRank(1...1, of: context.shape(1), "`image_shape`", at: .input(1)),
        context.requireRank(1...1, of: context.shape(2), "`block_shape`", at: .input(2))
      else { return }
      let block = context.shapeData(2)
      let settings = ["strides", "dilations"].compactMap { context.ints($0)?.count }
      guard let count = context.shapeData(1)?.count ?? block?.count ?? settings.first else { return }
      let image = context.shapeData(1) ?? Array(repeating: .unknown, count: count)
      if let block, block.count != image.count {
        return context.report(
          "shape-mismatch",
          "`block_shape` has \(counted(block.count, "element")), but `image_shape` \(image.count)", at: .input(2))
      }
      for size in image + (block ?? []) where (-size).isProvablyAtLeast(1) {
        return context.report("negative-size", "a size of image or block is \(size)")
      }
      let input = context.shape(0)?.dimensions ?? [.unknown, .unknown, .unknown]
      var channels = Dimension.unknown
      if let block {
        let size = Shape(block).elementCount
        if let rows = input[1].constant, let divisor = size.constant, divisor > 0, rows % divisor != 0 {
          context.report(
            "shape-mismatch", "axis 1 is \(rows), which is not a multiple of the block's \(divisor) elements",
            at: .input(0))
        } else if size.isProvablyAtLeast(1) {
          channels = input[1].floorDivided(by: size)
        }
      }
      context.set(shape: Shape([input[0], channels] + image))
    },
    cost: { $0.perInput(1) })
}
