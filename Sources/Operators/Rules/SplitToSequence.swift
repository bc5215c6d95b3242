import Tensors

extension OperatorRules {
  /// A sequence of the parts of a tensor along `axis`: of one size, of given ones, or of 1, without the axis if so wished.
  package static let splitToSequence = movement("SplitToSequence") { context in
    guard let tensor = context.input(0)?.type.tensor else { return }
    let unknown = ValueType.tensor(TensorType(tensor.element, nil))
    guard let shape = tensor.shape, let axis = context.axis(rank: shape.rank) else {
      return context.set(type: .sequence(unknown))
    }
    let dropsAxis = (context.int("keepdims") ?? 1) == 0
    let keepsAxis = context.input(1) != nil || !dropsAxis
    // With the size 1 for all parts the specification keeps the axis, and ONNX Runtime does not.
    let isDisputed =
      dropsAxis && context.input(1) != nil && context.shape(1)?.rank != 1
      && !(context.shapeData(1)?.first?.isProvablyDifferent(from: 1) ?? false)
    func part(_ size: Dimension) -> InferredValue {
      if isDisputed { return InferredValue(type: unknown) }
      var part = shape
      if keepsAxis { part.dimensions[axis] = size } else { part.dimensions.remove(at: axis) }
      return InferredValue(type: .tensor(TensorType(tensor.element, part)))
    }
    let parts = context.sequenceParts(of: shape.dimensions[axis], axis: axis)
    guard let sizes = parts.sizes else { return context.set(type: .sequence(part(parts.each).type)) }
    var members = sizes.map(part)
    if axis == 0, !isDisputed, let cells = context.cells(0) { InferredValue.deal(cells, to: &members) }
    context.set(members: members, of: unknown)
  }
}

extension InferenceContext {
  /// The sizes of the parts of an axis, where their number is known and small, or else what each of them has.
  fileprivate mutating func sequenceParts(of size: Dimension, axis: Int) -> (sizes: [Dimension]?, each: Dimension) {
    guard input(1) != nil else { return (parts(of: size, each: 1), 1) }
    guard let shape = shape(1) else { return (nil, .unknown) }
    guard shape.rank > 0 else {
      let each = shapeData(1)?.first ?? .unknown
      if let constant = each.constant, constant < 1 {
        report("invalid-attribute", "parts must have 1 element or more, not \(constant)", at: .input(1))
        return (nil, .unknown)
      }
      return (parts(of: size, each: each), fills(each, size) ? each : .unknown)
    }
    guard let sizes = shapeData(1), sizes.count <= Self.memberLimit else { return (nil, .unknown) }
    if let wrong = sizes.first(where: { (-1 - $0).isProvablyAtLeast(0) }) {
      report("negative-size", "a part has \(wrong) elements on axis \(axis)", at: .input(1))
      return (nil, .unknown)
    }
    let total = sizes.reduce(0) { $0 + $1 }
    _ = agree(total, size, at: .input(1), "`split` adds up to \(total), but axis \(axis) is \(size)")
    return (sizes, .unknown)
  }

  /// The parts of `each` elements that a constant size has; the last one has what is left.
  private func parts(of size: Dimension, each: Dimension) -> [Dimension]? {
    guard let size = size.constant, let each = each.constant, size >= 0, each > 0, size / each < Self.memberLimit
    else { return nil }
    let rest = size % each
    return Array(repeating: Dimension(each), count: size / each) + (rest > 0 ? [Dimension(rest)] : [])
  }

  /// Whether parts of `each` elements leave no rest of `size`.
  private func fills(_ each: Dimension, _ size: Dimension) -> Bool {
    if each.constant == 1 { return true }
    return each.isProvablyAtLeast(1) && (size.floorDivided(by: each) * each).isProvablyEqual(to: size)
  }
}
