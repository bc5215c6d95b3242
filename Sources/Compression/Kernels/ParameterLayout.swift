import Tensors

/// Which scale belongs to each element of a tensor, the elements taken in the order in which they are stored.
///
/// The tensor is seen as `[outer, length, inner]`, its axis of channels or blocks in the middle.
struct ParameterLayout: Sendable {
  let length: Int
  let inner: Int
  /// Elements along the axis that share a scale.
  let run: Int
  /// Whether scales differ from one place of `outer` and `inner` to another, as those of blocks do.
  let isBlocked: Bool
  let elementCount: Int
  let parameterCount: Int

  /// `nil` where the tensor lacks the axis, or its sizes are no tensor's.
  init?(_ granularity: Granularity, of sizes: [Int]) {
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0 else { return nil }
      count = product
    }
    elementCount = count
    switch granularity {
    case .tensor:
      (length, inner, run, isBlocked, parameterCount) = (1, count, 1, false, 1)
    case .channel(let axis):
      guard sizes.indices.contains(axis) else { return nil }
      (length, inner, run, isBlocked) = (sizes[axis], sizes[(axis + 1)...].reduce(1, *), 1, false)
      parameterCount = length
    case .blocks(let axis, let size):
      guard sizes.indices.contains(axis), size > 0 else { return nil }
      (length, inner, run, isBlocked) = (sizes[axis], sizes[(axis + 1)...].reduce(1, *), size, true)
      parameterCount = sizes[..<axis].reduce(1, *) * ((length + size - 1) / size) * inner
    }
  }

  /// Elements that share one scale, or have the scales from one on, each its own.
  struct Segment {
    var elements: Range<Int>
    var parameter: Int
    var isVector: Bool
  }

  /// Passes `range` in segments, in order.
  func forEachSegment(in range: Range<Int>, _ body: (Segment) -> Void) {
    guard elementCount > 0 else { return }
    // Where the axis is the last one, neighbours have scales of their own, or runs of them share one.
    let rowLength = inner > 1 || !isBlocked ? inner : min(run, length)
    if inner == 1, !isBlocked, length > 1 { return forEachVector(in: range, body) }
    if inner == 1, isBlocked { return forEachRun(in: range, body) }
    var start = range.lowerBound
    while start < range.upperBound {
      let row = start / rowLength
      let end = min((row + 1) * rowLength, range.upperBound)
      let column = start - row * rowLength
      if isBlocked {
        let (outer, place) = (row / length, row % length)
        let block = outer * ((length + run - 1) / run) + place / run
        body(Segment(elements: start..<end, parameter: block * inner + column, isVector: true))
      } else {
        body(Segment(elements: start..<end, parameter: row % length, isVector: false))
      }
      start = end
    }
  }

  private func forEachVector(in range: Range<Int>, _ body: (Segment) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound {
      let column = start % length
      let end = min(start + length - column, range.upperBound)
      body(Segment(elements: start..<end, parameter: column, isVector: true))
      start = end
    }
  }

  private func forEachRun(in range: Range<Int>, _ body: (Segment) -> Void) {
    let blocks = (length + run - 1) / run
    var start = range.lowerBound
    while start < range.upperBound {
      let (row, column) = (start / length, start % length)
      let block = column / run
      let end = min(row * length + min((block + 1) * run, length), range.upperBound)
      body(Segment(elements: start..<end, parameter: row * blocks + block, isVector: false))
      start = end
    }
  }
}
