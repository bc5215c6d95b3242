extension Tensor {
  /// Whether `withFloats` passes elements where they are, for however long a range.
  package var hasFloatsInPlace: Bool {
    switch storage {
    case .mapped, .bytes: element == .f32
    case .generated, .computed, .strings: false
    }
  }

  /// Passes some elements to `body` as 32-bit floats in the order of the machine, aligned to nothing.
  ///
  /// Those of a mapped `f32` tensor are the map itself; narrower types are exact, `f64` and integers are rounded. A range
  /// that the tensor's bytes do not have is passed empty.
  /// - Precondition: the element type is neither `string` nor complex.
  /// - Complexity: O(`range.count`), in memory too unless the bytes are `f32` already
  package func withFloats<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withBytes(ofElements: range, width: (element.bitWidth ?? 8) / 8) { bytes in
      if element == .f32 { return body(bytes) }
      let buffer = ElementBuffer(of: element)
      let count = bytes.count * 8 / buffer.bitWidth
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: max(count, 1)) { floats in
        for index in 0..<count { floats[index] = Float(element.value(of: buffer.load(at: index, in: bytes))) }
        return body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: floats[..<count])))
      }
    }
  }

  /// Passes the bytes of some elements, which are `width` bytes wide each, to `body`; none that are not there.
  func withBytes<Result>(
    ofElements range: Range<Int>, width: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    guard let count = byteCount, width > 0, range.lowerBound >= 0, range.upperBound <= count / width else {
      return body(nothing)
    }
    let place = range.lowerBound * width..<range.upperBound * width
    switch storage {
    case .mapped(let file, let bytes):
      return file.withBytes(bytes.lowerBound + place.lowerBound..<bytes.lowerBound + place.upperBound, body)
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[place])) }
    case .strings: return body(nothing)
    case .generated(let initialization, let seed):
      let elements = GeneratedElements(element, initialization, seed: seed)
      return withUnsafeTemporaryAllocation(byteCount: max(place.count, 1), alignment: 16) { buffer in
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<place.count])
        if !range.isEmpty { elements.write(range, to: bytes) }
        return body(UnsafeRawBufferPointer(bytes))
      }
    case .computed(let source):
      let first = place.lowerBound / source.granule * source.granule
      let last = min((place.upperBound + source.granule - 1) / source.granule * source.granule, source.byteCount)
      return withUnsafeTemporaryAllocation(byteCount: max(last - first, 1), alignment: 16) { buffer in
        source.write(first..<last, to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(last - first)]))
        return body(UnsafeRawBufferPointer(rebasing: buffer[place.lowerBound - first..<place.upperBound - first]))
      }
    }
  }
}
