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
  /// Passes all bytes to `body` in pieces of at most `maximumBytes`; they are computed by all cores.
  func forEachChunk<Failure: Error>(
    maximumBytes: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let pieces = Parallel.width
    let perPiece = max(maximumBytes / pieces / granule, 1) * granule
    let capacity = min(perPiece.multipliedReportingOverflow(by: pieces).partialValue, byteCount)
    guard capacity > 0 else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { buffer.deallocate() }
    var start = 0
    while start < byteCount {
      let end = start + min(capacity, byteCount - start)
      write(start..<end, inPiecesOf: perPiece, to: buffer)
      var sent = 0
      while sent < end - start {
        let next = sent + min(max(maximumBytes, 16), end - start - sent)
        try body(UnsafeRawBufferPointer(rebasing: buffer[sent..<next]))
        sent = next
      }
      start = end
    }
  }

  private func write(_ range: Range<Int>, inPiecesOf size: Int, to buffer: UnsafeMutableRawBufferPointer) {
    // Every piece has a part of the buffer of its own.
    nonisolated(unsafe) let buffer = buffer
    Parallel.forEach((range.count + size - 1) / size) { piece in
      let first = piece * size
      let last = min(first + size, range.count)
      write(
        range.lowerBound + first..<range.lowerBound + last,
        to: UnsafeMutableRawBufferPointer(rebasing: buffer[first..<last]))
    }
  }
}
