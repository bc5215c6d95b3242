/// Elements that are computed when they are asked for, such as those of a quantized tensor.
///
/// Whoever writes a tensor to a file asks for one piece after another, so that no tensor is in memory as a whole.
package protocol ElementSource: Sendable {
  /// The bytes of all elements.
  var byteCount: Int { get }

  /// Pieces begin at multiples of so many bytes, and end there or with the tensor; at least 1.
  var granule: Int { get }

  /// Writes the bytes of `range`; several threads may each ask for a piece at the same time.
  ///
  /// - Precondition: `range` begins and ends as `granule` says, and `bytes` has as many.
  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer)
}

extension ElementSource {
  /// Passes all bytes to `body` in pieces of at most `maximumBytes`, in order.
  ///
  /// All cores compute one part after another; one of them first passes the part before on, whichever thread that is.
  func forEachChunk<Failure: Error>(
    maximumBytes: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let piece = pieceSize
    let capacity = min(piece.multipliedReportingOverflow(by: Parallel.width * 2).partialValue, byteCount)
    guard capacity > 0 else { return }
    // One half is computed while the other is passed on.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(2 * capacity, byteCount), alignment: 16)
    defer { buffer.deallocate() }
    var ready = UnsafeRawBufferPointer(rebasing: buffer[..<0])
    var isFirstHalf = true
    for start in stride(from: 0, to: byteCount, by: capacity) {
      let range = start..<start + min(capacity, byteCount - start)
      let place = isFirstHalf ? 0 : capacity
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + range.count])
      try compute(range, inPiecesOf: piece, to: target) { () throws(Failure) in
        try Tensor.forEachSlice(of: ready, max(maximumBytes, 16), body)
      }
      ready = UnsafeRawBufferPointer(target)
      isFirstHalf.toggle()
    }
    try Tensor.forEachSlice(of: ready, max(maximumBytes, 16), body)
  }

  /// The bytes that a thread computes at a time: so many that starting it is nothing beside, and that all threads have some.
  private var pieceSize: Int {
    let wanted = min(max(byteCount / (Parallel.width * 8), 1 << 16), 1 << 18)
    return max(wanted / granule, 1) * granule
  }

  /// Computes `range` by all cores, one of which does `work` first.
  private func compute<Failure: Error>(
    _ range: Range<Int>, inPiecesOf size: Int, to target: UnsafeMutableRawBufferPointer,
    _ work: () throws(Failure) -> Void
  ) throws(Failure) {
    try withoutActuallyEscaping(work) { work throws(Failure) in
      // One thread works and says how that went; every piece has a part of the target of its own.
      nonisolated(unsafe) var result = Result<Void, Failure>.success(())
      nonisolated(unsafe) let (work, target) = (work, target)
      Parallel.forEach(1 + (range.count + size - 1) / size) { index in
        if index == 0 {
          result = Result { () throws(Failure) in try work() }
          return
        }
        let first = (index - 1) * size
        let last = min(first + size, range.count)
        write(
          range.lowerBound + first..<range.lowerBound + last,
          to: UnsafeMutableRawBufferPointer(rebasing: target[first..<last]))
      }
      try result.get()
    }
  }
}
