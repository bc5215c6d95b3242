import Glibc

extension Tensor {
  /// Whether two tensors have the same element type, sizes and elements, bit for bit.
  ///
  /// Mapped bytes are compared where they are. Generated tensors are the same where their seeds are.
  package func hasSameElements(as other: Tensor) -> Bool {
    guard element == other.element, sizes == other.sizes else { return false }
    switch (storage, other.storage) {
    case (.strings(let strings), .strings(let others)): return strings == others
    case (.generated(let initialization, let seed), .generated(let otherInitialization, let otherSeed)):
      return initialization == otherInitialization && seed == otherSeed
    case (.computed, _), (_, .computed): return hasSameBytes(as: other)
    case (.mapped(let file, let range), .mapped(let otherFile, let otherRange))
    where file === otherFile && range == otherRange:
      return true
    default:
      return withStoredBytes { bytes in
        other.withStoredBytes { others in
          guard bytes.count == others.count, let left = bytes.baseAddress, let right = others.baseAddress else {
            return bytes.count == others.count
          }
          return memcmp(left, right, bytes.count) == 0
        } ?? false
      } ?? false
    }
  }

  /// The same for tensors of the same type and sizes, whose bytes may be computed piece by piece.
  private func hasSameBytes(as other: Tensor) -> Bool {
    guard let count = byteCount, count == other.byteCount else { return false }
    let width = max((element.bitWidth ?? 8) / 8, 1)
    var (start, isSame) = (0, true)
    forEachChunk { chunk in
      guard isSame, let base = chunk.baseAddress else { return }
      withUnsafeTemporaryAllocation(byteCount: chunk.count, alignment: 16) { buffer in
        other.copyBytes(ofElements: start / width..<(start + chunk.count) / width, width: width, to: buffer)
        isSame = buffer.baseAddress.map { memcmp(base, $0, chunk.count) == 0 } ?? false
      }
      start += chunk.count
    }
    return isSame
  }

  /// Passes the bytes as they are stored; `nil` where there are none.
  private func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    switch storage {
    case .mapped(let file, let range): file.withBytes(range, body)
    case .bytes(let bytes): bytes.withUnsafeBytes(body)
    case .strings, .generated, .computed: nil
    }
  }
}
