import Tensors

extension OperatorRules {
  /// Slices of the data along `axis` at the indices, whose shape takes the place of the axis.
  package static let gather = movement("Gather") { context in
    guard let data = context.shape(0),
      let axis = context.normalized(axis: context.int("axis") ?? 0, rank: data.rank, at: .attribute("axis"))
    else { return }
    context.checkIndices(1, within: data.dimensions[axis], axis: axis)
    guard let indices = context.shape(1) else { return }
    let result = data.dimensions[..<axis] + indices.dimensions + data.dimensions[(axis + 1)...]
    context.set(shape: Shape(Array(result)), elements: data.rank == 1 ? context.gatheredData() : nil)
    context.fold { context in
      guard let tensor = context.smallTensor(0), let indices = context.smallTensor(1)?.tensor?.integers(limit: 1024),
        let sizes = Shape(Array(result)).constants, tensor.sizes.indices.contains(axis)
      else { return nil }
      var axes = tensor.sizes.map { Array(0..<$0) }
      axes[axis] = indices.map { $0 < 0 ? $0 &+ tensor.sizes[axis] : $0 }
      return tensor.picking(axes: axes).map { SmallTensor($0.element, sizes: sizes, words: $0.words) }
    }
  }.pruned { context in
    guard let rank = context.rank(.input(0)), let count = context.rank(.input(1)),
      let axis = context.axis(rank: rank, otherwise: 0)
    else { return }
    context.forbid(.input(0, axis), "picks from this axis by index")
    for other in 0..<rank where other != axis {
      context.couple(.input(0, other), .output(0, other < axis ? other : other + count - 1))
      // The columns of a table of embeddings.
      context.role(.input(0, other), .producer)
    }
    for other in 0..<count { context.couple(.input(1, other), .output(0, axis + other)) }
  }
}

extension InferenceContext {
  fileprivate func gatheredData() -> [Dimension]? {
    shapeDataInput(0).flatMap { gathered($0, at: shapeData(1)) }
  }

  /// The elements at indices that may count from the end; unknown where an index is.
  func gathered(_ elements: [Dimension], at indices: [Dimension]?) -> [Dimension]? {
    indices?.map { index in
      guard let index = index.constant else { return .unknown }
      let position = index < 0 ? index &+ elements.count : index
      return elements.indices.contains(position) ? elements[position] : .unknown
    }
  }

  /// Reports constant indices that an axis of `size` does not have.
  mutating func checkIndices(_ input: Int, within size: Dimension, axis: Int) {
    guard let indices = shapeData(input), let count = size.constant, count >= 0 else { return }
    guard let wrong = indices.compactMap(\.constant).first(where: { !(-count..<count).contains($0) })
    else { return }
    report("index-out-of-range", "index \(wrong) is out of range: axis \(axis) is \(count)", at: .input(input))
  }
}
