extension Tensor {
  /// Copies the bytes of some elements, which are `width` bytes wide each; zeros stand for those that are not there.
  ///
  /// - Precondition: `target` has room for them.
  package func copyBytes(ofElements range: Range<Int>, width: Int, to target: UnsafeMutableRawBufferPointer) {
    let place = range.lowerBound * width..<range.upperBound * width
    guard place.lowerBound >= 0, let count = byteCount, place.upperBound <= count else {
      return target.initializeMemory(as: UInt8.self, repeating: 0).update(repeating: 0)
    }
    switch storage {
    case .mapped(let file, let bytes):
      file.withBytes(bytes.lowerBound + place.lowerBound..<bytes.lowerBound + place.upperBound) {
        target.copyMemory(from: $0)
      }
    case .bytes(let bytes):
      bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place])) }
    case .generated(let initialization, let seed):
      if !range.isEmpty { GeneratedElements(element, initialization, seed: seed).write(range, to: target) }
    case .computed(let source):
      let first = place.lowerBound / source.granule * source.granule
      let last = min((place.upperBound + source.granule - 1) / source.granule * source.granule, source.byteCount)
      withUnsafeTemporaryAllocation(byteCount: max(last - first, 1), alignment: 16) { buffer in
        source.write(first..<last, to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(last - first)]))
        target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: buffer[place.lowerBound - first..<place.upperBound - first]))
      }
    case .strings: break
    }
  }
}
