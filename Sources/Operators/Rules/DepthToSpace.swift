import Tensors

extension OperatorRules {
  /// Blocks of channels laid out in space: `[N, C, H, W]` to `[N, C / b², H · b, W · b]`.
  package static let depthToSpace = movement("DepthToSpace") { context in
    guard let shape = context.shape(0), context.requireRank(4...4, of: shape, "the input", at: .input(0)),
      let block = context.blockSize()
    else { return }
    let size = shape.dimensions
    context.requireDivisible(size[1], by: block * block, axis: 1)
    let side = Dimension(block)
    context.set(shape: Shape([size[0], size[1].floorDivided(by: side * side), size[2] * side, size[3] * side]))
  }.pruned { context in
    guard let block = context.call.blockSize(), let results = context.constantSize(.output(0, 1)), results > 0 else {
      return
    }
    context.couple(.input(0, 0), .output(0, 0))
    let isColumnFirst = context.call.text("mode") == "CRD"
    context.couple(.output(0, 1), .input(0, 1), isColumnFirst ? .blocks(block * block) : .modulo(results))
  }
}

extension InferenceContext {
  /// The attribute `blocksize`; `nil`, and reported, where it is none that a size can be divided by.
  mutating func blockSize() -> Int? {
    guard let block = int("blocksize") else { return nil }
    guard (1...Int(Int32.max)).contains(block) else {
      report("invalid-attribute", "`blocksize` is \(block), but must be positive", at: .attribute("blocksize"))
      return nil
    }
    return block
  }

  mutating func requireDivisible(_ size: Dimension, by divisor: Int, axis: Int) {
    guard let constant = size.constant, constant % divisor != 0 else { return }
    report("shape-mismatch", "axis \(axis) is \(constant), which is not a multiple of \(divisor)", at: .input(0))
  }
}
