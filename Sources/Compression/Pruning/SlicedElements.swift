package import Tensors

/// The elements of a tensor at some indices of its axes, in order.
package struct SlicedElements: ElementSource {
  private let tensor: Tensor
  private let width: Int
  /// The first axis from which on all indices stay, apart from the one before it.
  private let outer: [[Int]]
  /// How far apart neighbours on the outer axes are, in elements.
  private let outerStrides: [Int]
  /// What stays of each row, as pieces of it, in elements; `start` counts in what stays.
  private let pieces: [(source: Int, start: Int, count: Int)]
  private let rowLength: Int
  private let rows: Int

  package var byteCount: Int { rows * rowLength * width }
  package var granule: Int { width }

  /// The tensor with only the indices that `kept` lists for each of its axes; `nil` where its elements take no whole bytes.
  ///
  /// - Precondition: each list is ascending, and its indices are on the axis.
  package static func tensor(_ tensor: Tensor, keeping kept: [[Int]?]) -> Tensor? {
    guard let bits = tensor.element.bitWidth, bits % 8 == 0, kept.count == tensor.sizes.count,
      let last = kept.lastIndex(where: { $0 != nil })
    else { return kept.allSatisfy({ $0 == nil }) ? tensor : nil }
    let sizes = zip(tensor.sizes, kept).map { $1?.count ?? $0 }
    return Tensor(
      tensor.element, sizes, .computed(SlicedElements(tensor, width: bits / 8, kept: kept, last: last)))
  }

  private init(_ tensor: Tensor, width: Int, kept: [[Int]?], last: Int) {
    (self.tensor, self.width) = (tensor, width)
    let inner = tensor.sizes[(last + 1)...].reduce(1, *)
    var strides = Array(repeating: 1, count: last + 1)
    strides[last] = inner
    for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * tensor.sizes[axis + 1] }
    outer = (0..<last).map { kept[$0] ?? Array(0..<tensor.sizes[$0]) }
    outerStrides = Array(strides.dropLast())
    var pieces: [(source: Int, start: Int, count: Int)] = []
    var length = 0
    for index in kept[last] ?? [] {
      if let end = pieces.last, end.source + end.count == index * inner {
        pieces[pieces.count - 1].count += inner
      } else {
        pieces.append((index * inner, length, inner))
      }
      length += inner
    }
    self.pieces = pieces
    rowLength = length
    rows = outer.reduce(1) { $0 * $1.count }
  }

  package func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    var place = range.lowerBound / width
    let end = range.upperBound / width
    var written = 0
    while place < end, rowLength > 0 {
      let row = source(ofRow: place / rowLength)
      var piece = firstPiece(reaching: place % rowLength)
      let rowEnd = min(end, (place / rowLength + 1) * rowLength)
      while place < rowEnd {
        let (source, start, count) = pieces[piece]
        let skipped = place % rowLength - start
        let length = min(count - skipped, rowEnd - place)
        let first = row + source + skipped
        let target = UnsafeMutableRawBufferPointer(rebasing: bytes[written..<written + length * width])
        tensor.copyBytes(ofElements: first..<first + length, width: width, to: target)
        written += length * width
        place += length
        piece += 1
      }
    }
  }

  /// Where a row begins among the tensor's elements.
  private func source(ofRow row: Int) -> Int {
    var (rest, source) = (row, 0)
    for axis in outer.indices.reversed() {
      source += outer[axis][rest % outer[axis].count] * outerStrides[axis]
      rest /= outer[axis].count
    }
    return source
  }

  /// The piece that an element of a row is in.
  private func firstPiece(reaching element: Int) -> Int {
    var (low, high) = (0, pieces.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if pieces[middle].start <= element { low = middle } else { high = middle }
    }
    return low
  }
}
