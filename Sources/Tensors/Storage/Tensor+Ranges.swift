extension Tensor {
  /// Copies the bytes of some elements, which are `width` bytes wide each; zeros stand for those that are not there.
  ///
  /// - Precondition: `target` has room for them.
  package func copyBytes(ofElements range: Range<Int>, width: Int, to target: UnsafeMutableRawBufferPointer) {
    withBytes(ofElements: range, width: width) { bytes in
      if bytes.count == range.count * width {
        target.copyMemory(from: bytes)
      } else {
        target.initializeMemory(as: UInt8.self, repeating: 0)
      }
    }
  }
}
