/// The elements as Swift numbers, for tensors small enough to have all of them at once.
extension Tensor {
  /// The elements as floats, row-major; narrower types are exact, `f64` and integers are rounded.
  ///
  /// - Complexity: O(`elementCount`), in memory too
  package func float32Elements() throws(TensorElementsError) -> [Float] {
    guard element != .string, !element.isComplex else { throw .elementType(element, wanted: "floats") }
    let element = element
    return try elements { bits, _ in Float(element.value(of: bits)) }
  }

  /// The elements of a tensor of integers or booleans, row-major.
  ///
  /// - Complexity: O(`elementCount`), in memory too
  package func int64Elements() throws(TensorElementsError) -> [Int64] {
    guard element.isInteger || element == .bool else { throw .elementType(element, wanted: "integers") }
    let element = element
    return try elements { bits, index throws(TensorElementsError) in
      guard let integer = element.integer(of: bits) else { throw .outOfRange(index: index) }
      return integer
    }
  }

  /// The most elements that `integerElements` gives.
  package static let integerElementsLimit = 1024

  /// The elements of a small tensor of integers or booleans, such as a shape; `nil` for all other tensors.
  package var integerElements: [Int]? {
    guard let count = Self.checkedProduct(sizes), count <= Self.integerElementsLimit else { return nil }
    return try? int64Elements().map(Int.init)
  }

  private func elements<Element>(
    _ decode: (UInt64, Int) throws(TensorElementsError) -> Element
  ) throws(TensorElementsError) -> [Element] {
    guard let byteCount, let count = Self.checkedProduct(sizes), let expected = element.byteCount(of: count),
      let bitWidth = element.bitWidth
    else { throw .noByteForm }
    guard byteCount == expected else { throw .byteCount(byteCount, expected: expected) }

    let buffer = ElementBuffer(of: element)
    var elements: [Element] = []
    elements.reserveCapacity(count)
    try forEachChunk { bytes throws(TensorElementsError) in
      // The last byte of a packed type may have room for more elements than there are.
      for index in 0..<min(bytes.count * 8 / bitWidth, count - elements.count) {
        elements.append(try decode(buffer.load(at: index, in: bytes), elements.count))
      }
    }
    return elements
  }
}
