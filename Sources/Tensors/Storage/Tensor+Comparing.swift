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
    case (.converted(let source), .converted(let other)): return source.hasSameElements(as: other)
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

  /// Passes the bytes as they are stored; `nil` where there are none.
  private func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    switch storage {
    case .mapped(let file, let range): file.withBytes(range, body)
    case .bytes(let bytes): bytes.withUnsafeBytes(body)
    case .strings, .generated, .computed, .converted: nil
    }
  }
}
