/// Floating-point elements as those of another type: the nearest, ties to even, infinite beyond the largest.
struct ConvertedElements {
  private let source: ElementType
  private let target: ElementType
  private let sourceBytes: Int
  private let targetBytes: Int

  /// - Precondition: both are types of `Tensor.convertible`.
  init(from source: ElementType, to target: ElementType) {
    self.source = source
    self.target = target
    sourceBytes = source.bitWidth! / 8
    targetBytes = target.bitWidth! / 8
  }

  /// Passes the converted elements of a tensor in pieces of at most `step` bytes.
  func forEachChunk<Failure: Error>(
    of tensor: Tensor, _ step: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let elements = max(16, step / max(sourceBytes, targetBytes) & ~15)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: elements * targetBytes, alignment: 16)
    defer { buffer.deallocate() }
    let table = table(for: tensor.elementCount)
    let (reader, writer) = (ElementBuffer(of: source), ElementBuffer(of: target))
    try tensor.forEachChunk(maximumBytes: elements * sourceBytes) { bytes throws(Failure) in
      let count = bytes.count / sourceBytes
      for index in 0..<count {
        let bits = reader.load(at: index, in: bytes)
        writer.store(table.isEmpty ? converted(bits) : table[Int(bits)], at: index, in: buffer)
      }
      let converted = UnsafeRawBufferPointer(rebasing: buffer[..<(count * targetBytes)])
      try Tensor.forEachSlice(of: converted, step, body)
    }
  }

  private func converted(_ bits: UInt64) -> UInt64 {
    let value = source.value(of: bits)
    return target.bits(of: value) ?? target.bits(of: value < 0 ? -Double.infinity : .infinity)!
  }

  /// What every element of 16 bits becomes, where there are enough of them to be worth it.
  private func table(for count: Int) -> [UInt64] {
    sourceBytes == 2 && count > 1 << 16 ? (UInt64(0)..<1 << 16).map(converted) : []
  }
}

extension Tensor {
  /// The element types that convert to one another.
  package static let convertible: Set<ElementType> = [.f64, .f32, .f16, .bf16]

  /// The tensor with elements of another floating-point type; `nil` where one of the types has no conversion.
  ///
  /// Nothing is computed before the elements are asked for.
  package func converted(to element: ElementType) -> Tensor? {
    if element == self.element { return self }
    guard Self.convertible.contains(element), Self.convertible.contains(self.element), byteCount != nil else {
      return nil
    }
    return Tensor(element, sizes, .converted(self))
  }
}
