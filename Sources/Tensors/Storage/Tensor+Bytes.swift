extension Tensor {
  /// The product of the sizes and `factor`; `nil` on overflow or a negative size.
  package static func checkedProduct(_ sizes: [Int], times factor: Int = 1) -> Int? {
    var product = 1
    for size in sizes + [factor] {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow || size < 0 { return nil }
      product = next
    }
    return product
  }

  /// The number of bytes that `forEachChunk` passes in all; `nil` for strings, which have no byte form, and for sizes
  /// that no memory could hold.
  package var byteCount: Int? {
    switch storage {
    case .mapped(_, let range): range.count
    case .bytes(let bytes): bytes.count
    case .strings: nil
    case .generated: Self.checkedProduct(sizes).flatMap(element.byteCount(of:))
    case .computed(let source): source.byteCount
    }
  }

  /// Passes the elements to `body` in pieces, as little-endian bytes in the layout of `TensorProto.raw_data`.
  ///
  /// Pieces are aligned to nothing and valid only until `body` returns. No element is cut in two: all but the last piece
  /// have a multiple of `pieceUnit` bytes. Those of a mapped tensor are the map itself. The bytes of a generated tensor do not
  /// depend on the size of the pieces.
  /// - Parameter maximumBytes: the largest piece, but at least `pieceUnit` bytes.
  /// - Precondition: `byteCount` is not `nil`.
  /// - Complexity: O(`byteCount`), with memory for one piece
  package func forEachChunk<Failure: Error>(
    maximumBytes: Int = 1 << 20, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let step = max(maximumBytes / element.pieceUnit * element.pieceUnit, element.pieceUnit)
    switch storage {
    case .mapped(let file, let range):
      try file.withBytes(range) { bytes throws(Failure) in try Self.forEachSlice(of: bytes, step, body) }
    case .bytes(let bytes):
      try bytes.span.withUnsafeBytes { bytes throws(Failure) in try Self.forEachSlice(of: bytes, step, body) }
    case .strings:
      preconditionFailure("a tensor of strings has no byte form")
    case .generated(let initialization, let seed):
      try forEachGeneratedChunk(GeneratedElements(element, initialization, seed: seed), step, body)
    case .computed(let source):
      try source.forEachChunk(maximumBytes: step, body)
    }
  }

  /// Passes bytes in pieces of at most `step`.
  static func forEachSlice<Failure: Error>(
    of bytes: UnsafeRawBufferPointer, _ step: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    while start < bytes.count {
      let end = start + min(step, bytes.count - start)
      try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      start = end
    }
  }

  private func forEachGeneratedChunk<Failure: Error>(
    _ elements: GeneratedElements, _ step: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard let byteCount, let bitWidth = element.bitWidth else {
      preconditionFailure("a generated tensor of strings, or of sizes that overflow, has no byte form")
    }
    if byteCount == 0 { return }
    let count = elementCount
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(step, byteCount), alignment: 16)
    defer { buffer.deallocate() }

    let elementsPerChunk = Self.checkedProduct([step], times: 8).map { $0 / bitWidth } ?? count
    var start = 0
    var written = 0
    while start < count {
      let range = start..<start + min(elementsPerChunk, count - start)
      let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[..<element.byteCount(of: range.count)!])
      // Every piece of a constant is the same, but for the length of the last.
      if elements.constant == nil || written != range.count { elements.write(range, to: chunk) }
      written = range.count
      try body(UnsafeRawBufferPointer(chunk))
      start = range.upperBound
    }
  }
}

extension ElementType {
  /// The bytes of which pieces of a tensor have a multiple: no element of theirs goes on in the next piece.
  package var pieceUnit: Int { bitWidth == 6 ? 48 : 16 }
}
