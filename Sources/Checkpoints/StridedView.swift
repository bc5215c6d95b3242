import Tensors

/// Elements of a run, at steps of their own along each axis.
struct StridedView {
  var sizes: [Int]
  /// The steps, in elements; none is negative.
  var strides: [Int]
  /// The first element.
  var offset: Int

  /// The most axes that a tensor may have.
  static let maximumRank = 64

  /// The number of elements; `nil` where it overflows.
  var elementCount: Int? { Tensor.checkedProduct(sizes) }

  /// Whether the elements are a run in row-major order.
  var isContiguous: Bool {
    if sizes.contains(0) { return true }
    var expected = 1
    for (size, stride) in zip(sizes, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected &*= size
    }
    return true
  }

  /// One more than the last element; `nil` where it overflows.
  var end: Int? {
    guard let count = elementCount else { return nil }
    if count == 0 { return offset }
    var last = offset
    for (size, stride) in zip(sizes, strides) {
      let (product, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflow) = last.addingReportingOverflow(product)
      if tooFar || overflow { return nil }
      last = sum
    }
    return last == .max ? nil : last + 1
  }

  /// Writes the elements in row-major order.
  ///
  /// - Parameter run: the bytes of the run that the view is of; the view must end within.
  func write(_ run: UnsafeRawBufferPointer, width: Int, to scratch: ScratchFile) throws(CheckpointError) {
    guard let count = elementCount, count > 0 else { return }
    var buffer: [UInt8] = []
    buffer.reserveCapacity(1 << 16)
    var index = [Int](repeating: 0, count: sizes.count)
    var element = offset
    for _ in 0..<count {
      buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: run[element * width..<(element + 1) * width]))
      if buffer.count >= 1 << 16 {
        try buffer.span.withUnsafeBytes { bytes throws(CheckpointError) in try scratch.write(bytes) }
        buffer.removeAll(keepingCapacity: true)
      }
      for axis in sizes.indices.reversed() {
        index[axis] += 1
        element += strides[axis]
        if index[axis] < sizes[axis] { break }
        element -= sizes[axis] * strides[axis]
        index[axis] = 0
      }
    }
    try buffer.span.withUnsafeBytes { bytes throws(CheckpointError) in try scratch.write(bytes) }
  }
}
