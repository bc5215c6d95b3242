import Tensors

extension OperatorRules {
  /// Blocks in space stacked as channels: `[N, C, H, W]` to `[N, C · b², H / b, W / b]`.
  package static let spaceToDepth = movement("SpaceToDepth") { context in
    guard let shape = context.shape(0), context.requireRank(4...4, of: shape, "the input", at: .input(0)),
      let block = context.blockSize()
    else { return }
    let (size, side) = (shape.dimensions, Dimension(block))
    for axis in 2...3 { context.requireDivisible(size[axis], by: block, axis: axis) }
    context.set(
      shape: Shape([
        size[0], size[1] * side * side, size[2].floorDivided(by: side), size[3].floorDivided(by: side),
      ]))
  }.pruned { context in
    // The block is the outer part of the result's channels.
    guard let channels = context.constantSize(.input(0, 1)), channels > 0 else { return }
    context.couple(.input(0, 0), .output(0, 0))
    context.couple(.input(0, 1), .output(0, 1), .modulo(channels))
  }
}
