import Tensors

extension OperatorRules {
  /// One element of the data for each index, along `axis`: the shape of the indices.
  package static let gatherElements = movement("GatherElements") { context in
    let (data, indices) = (context.shape(0), context.shape(1))
    if let data {
      guard context.requireRank(data.rank...data.rank, of: indices, "`indices`", at: .input(1)) else { return }
      _ = context.normalized(axis: context.int("axis") ?? 0, rank: data.rank, at: .attribute("axis"))
    }
    guard indices?.rank == 1, let elements = context.shapeDataInput(0) else { return context.set(shape: indices) }
    context.checkIndices(1, within: Dimension(elements.count), axis: 0)
    context.set(shape: indices, elements: context.gathered(elements, at: context.shapeData(1)))
  }
}
