import Tensors

extension OperatorRules {
  /// Parts of the input along `axis`: of the sizes `split`, or equal ones, of which the last may be smaller from version 18 on.
  package static let split = movement("Split") { context in
    guard let shape = context.shape(0),
      let axis = context.normalized(axis: context.int("axis") ?? 0, rank: shape.rank, at: .attribute("axis"))
    else { return }
    let sizes = context.partSizes(of: shape.dimensions[axis], axis: axis)
    let data = shape.rank == 1 ? context.shapeDataInput(0) : nil
    var position = 0
    for index in context.outputs.indices {
      var part = shape
      part.dimensions[axis] = sizes.indices.contains(index) ? sizes[index] : .unknown
      var elements: [Dimension]?
      if let data, let count = part.dimensions[axis].constant, count >= 0, count <= data.count - position {
        elements = Array(data[position..<position + count])
        position += count
      } else {
        // Where this part ends is not known, so neither is where the next begins.
        position = data == nil ? 0 : Int.max / 2
      }
      context.set(index, shape: part, elements: elements)
    }
    var begin = 0
    for index in context.outputs.indices {
      guard let size = context.outputs[index].type.shape?.dimensions[axis].constant, size >= 0
      else { return }
      let start = begin
      let (end, overflow) = start.addingReportingOverflow(size)
      guard !overflow else { return }
      context.fold(index) { context in
        guard let tensor = context.smallTensor(0), tensor.sizes.indices.contains(axis), end <= tensor.sizes[axis]
        else { return nil }
        var axes = tensor.sizes.map { Array(0..<$0) }
        axes[axis] = Array(start..<end)
        return tensor.picking(axes: axes)
      }
      begin = end
    }
  }.pruned { context in
    guard let rank = context.rank(.input(0)), let axis = context.axis(rank: rank, otherwise: 0) else { return }
    var start = 0
    for index in context.call.outputs.indices {
      for other in 0..<rank where other != axis { context.couple(.input(0, other), .output(index, other)) }
    }
    let sizes = context.call.outputs.indices.map { context.constantSize(.output($0, axis)) }
    guard !sizes.contains(nil) else { return }
    for (index, size) in sizes.enumerated() {
      context.couple(.output(index, axis), .input(0, axis), .offset(start))
      let (end, overflow) = start.addingReportingOverflow(size ?? 0)
      guard !overflow else { return }
      start = end
    }
    context.set(.partSizes(input: 1, attribute: "split", axis: axis))
  }
}

extension InferenceContext {
  fileprivate mutating func partSizes(of size: Dimension, axis: Int) -> [Dimension] {
    let unknown = Array(repeating: Dimension.unknown, count: outputs.count)
    switch setting(input: 1, attribute: "split") {
    case .unknown: return openParts(of: size)
    case .known(let sizes):
      guard sizes.count == outputs.count else {
        report(
          "invalid-attribute", "`split` has \(counted(sizes.count, "size")) for \(counted(outputs.count, "result"))",
          at: .input(1))
        return unknown
      }
      guard !sizes.contains(where: \.isUnknown) else { return openParts(of: size, known: sizes) }
      let total = sizes.reduce(0) { $0 + $1 }
      _ = agree(total, size, at: .input(1), "`split` adds up to \(total), but axis \(axis) is \(size)")
      return sizes
    case .absent: return equalParts(of: size, axis: axis)
    }
  }

  /// Parts that are known in part: of nothing each is nothing, and the last open one is what the others leave.
  private func openParts(of size: Dimension, known: [Dimension]? = nil) -> [Dimension] {
    var parts = known ?? Array(repeating: .unknown, count: outputs.count)
    let open = parts.indices.filter { parts[$0].isUnknown }
    if size.constant == 0 { return parts.map { _ in 0 } }
    guard open.count == 1 else { return parts }
    let rest = parts.indices.filter { $0 != open[0] }.reduce(size) { $0 - parts[$1] }
    parts[open[0]] = rest.isProvablyAtLeast(0) ? rest : .unknown
    return parts
  }

  private mutating func equalParts(of size: Dimension, axis: Int) -> [Dimension] {
    let unknown = Array(repeating: Dimension.unknown, count: outputs.count)
    let declared = int("num_outputs")
    let count = declared ?? outputs.count
    guard count > 0 else {
      if declared != nil {
        report("invalid-attribute", "`num_outputs` is \(count), but must be positive", at: .attribute("num_outputs"))
      }
      return unknown
    }
    guard count == outputs.count else {
      report(
        "invalid-attribute", "`num_outputs` is \(count), but the call has \(counted(outputs.count, "result"))",
        at: .attribute("num_outputs"))
      return unknown
    }
    let divisor = Dimension(count)
    if declared == nil {
      if let constant = size.constant, constant % count != 0 {
        report("shape-mismatch", "axis \(axis) is \(constant), which \(count) equal parts do not make up")
        return unknown
      }
      // The call is valid only where the parts are equal.
      return Array(repeating: size.floorDivided(by: divisor), count: count)
    }
    let part = IntegerArithmetic.ceiling(size, divisor)
    let last = size - part * Dimension(count - 1)
    if (0 - last).isProvablyAtLeast(1) {
      report("negative-size", "axis \(axis) is \(size): in \(count) parts of \(part) the last would have \(last)")
      return unknown
    }
    return Array(repeating: part, count: count - 1) + [last]
  }
}
