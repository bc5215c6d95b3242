import Tensors

extension OperatorRules {
  /// The arguments behind each other along `axis`: its sizes add up, the others agree.
  package static let concat = movement("Concat") { context in
    let shapes = context.inputs.map { $0?.type.shape }
    guard let rank = shapes.compactMap({ $0?.rank }).first else { return }
    for (index, shape) in shapes.enumerated() {
      guard context.requireRank(rank...rank, of: shape, "argument \(index + 1)", at: .input(index)) else { return }
    }
    guard let given = context.int("axis"),
      let axis = context.normalized(axis: given, rank: rank, at: .attribute("axis"))
    else { return }
    var result = Array(repeating: Dimension.unknown, count: rank)
    result[axis] = 0
    for (index, shape) in shapes.enumerated() {
      for position in 0..<rank {
        let size = shape?.dimensions[position] ?? .unknown
        guard position != axis else {
          result[axis] += size
          continue
        }
        result[position] = context.agree(
          result[position], size, at: .input(index),
          "axis \(position) is \(size) in argument \(index + 1), but \(result[position]) before: "
            + "only axis \(axis) may differ"
        )
      }
    }
    context.reportOverflow(of: result[axis], axis: axis, from: shapes.map { $0?.dimensions[axis] ?? .unknown })
    context.set(shape: Shape(result), elements: context.concatenatedCells(axis: axis))
    context.fold { $0.concatenated(axis: axis) }
  }.pruned { context in
    guard let rank = context.rank(.output(0)), let axis = context.axis(rank: rank, otherwise: 0) else { return }
    var start: Int? = 0
    for index in context.call.inputs.indices {
      for other in 0..<rank where other != axis { context.couple(.input(index, other), .output(0, other)) }
      // Behind a size that is open nobody knows where an argument begins.
      guard let begin = start, let size = context.constantSize(.input(index, axis)) else {
        start = nil
        continue
      }
      context.couple(.input(index, axis), .output(0, axis), .offset(begin))
      let (end, overflow) = begin.addingReportingOverflow(size)
      start = overflow ? nil : end
    }
  }
}

extension InferenceContext {
  fileprivate func concatenated(axis: Int) -> SmallTensor? {
    var parts: [SmallTensor] = []
    for index in inputs.indices {
      guard let part = smallTensor(index), part.sizes.indices.contains(axis) else { return nil }
      parts.append(part)
    }
    guard var result = parts.first, parts.allSatisfy({ $0.element == result.element }) else { return nil }
    result.sizes[axis] = parts.reduce(0) { $0 + $1.sizes[axis] }
    guard let count = SmallTensor.count(of: result.sizes) else { return nil }
    result.words = []
    guard count > 0 else { return result }
    let rows = result.sizes[..<axis].reduce(1, *)
    for row in 0..<rows {
      for part in parts {
        let length = part.words.count / rows
        result.words += part.words[row * length..<(row + 1) * length]
      }
    }
    return result.words.count == count ? result : nil
  }

  fileprivate func concatenatedCells(axis: Int) -> [Dimension]? {
    // The arguments' elements in runs: each run is what stands behind one position of the axes in front.
    var arguments: [(cells: [Dimension], runs: Int)] = []
    var count = 0
    for index in inputs.indices {
      guard let cells = cells(index), let sizes = shape(index)?.constants,
        ShapeData.size(of: shape(index)) == cells.count
      else { return nil }
      count += cells.count
      guard count <= ShapeData.limit else { return nil }
      arguments.append((cells, sizes[..<axis].reduce(1, *)))
    }
    guard let runs = arguments.first?.runs, arguments.allSatisfy({ $0.runs == runs }) else { return nil }
    return (0..<runs).flatMap { run in
      arguments.flatMap { argument in
        let length = argument.cells.count / runs
        return argument.cells[run * length..<(run + 1) * length]
      }
    }
  }
}
