/// Floating-point elements as those of another type: the nearest, ties to even, infinite beyond the largest.
struct ConvertedElements: ElementSource {
  fileprivate let source: Tensor
  private let target: ElementType
  private let sourceBytes: Int
  private let targetBytes: Int

  /// - Precondition: both types are of `Tensor.convertible`.
  init(_ source: Tensor, to target: ElementType) {
    self.source = source
    self.target = target
    sourceBytes = source.element.bitWidth! / 8
    targetBytes = target.bitWidth! / 8
  }

  var byteCount: Int { target.byteCount(of: source.elementCount) ?? 0 }

  var granule: Int { targetBytes }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    let elements = range.lowerBound / targetBytes..<range.upperBound / targetBytes
    source.withBytes(ofElements: elements, width: sourceBytes) { given in
      convert(given, min(elements.count, given.count / sourceBytes), to: bytes)
    }
  }

  private func convert(_ given: UnsafeRawBufferPointer, _ count: Int, to bytes: UnsafeMutableRawBufferPointer) {
    switch (source.element, target) {
    case (.f16, .f32):
      for index in 0..<count {
        let half = Float16(bitPattern: given.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        bytes.storeBytes(of: Float(half), toByteOffset: index * 4, as: Float.self)
      }
    case (.bf16, .f32):
      for index in 0..<count {
        let half = given.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
        bytes.storeBytes(of: UInt32(half) << 16, toByteOffset: index * 4, as: UInt32.self)
      }
    case (.f32, .f16):
      for index in 0..<count {
        let bits = HalfKernel.bits(given.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
      }
    case (.f32, .bf16):
      for index in 0..<count {
        let bits = given.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
        let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
        let rounded = isNaN ? bits | 0x0040_0000 : bits &+ 0x7FFF &+ (bits >> 16 & 1)
        bytes.storeBytes(of: UInt16(truncatingIfNeeded: rounded >> 16), toByteOffset: index * 2, as: UInt16.self)
      }
    default:
      let (reader, writer) = (ElementBuffer(of: source.element), ElementBuffer(of: target))
      for index in 0..<count { writer.store(converted(reader.load(at: index, in: given)), at: index, in: bytes) }
    }
  }

  private func converted(_ bits: UInt64) -> UInt64 {
    let value = source.element.value(of: bits)
    return target.bits(of: value) ?? target.bits(of: value < 0 ? -Double.infinity : .infinity)!
  }
}

extension Tensor {
  /// The element types that convert to one another.
  package static let convertible: Set<ElementType> = [.f64, .f32, .f16, .bf16]

  /// The tensor that this one has the elements of, in another floating-point type; `nil` for those that are no conversion.
  package var convertedFrom: Tensor? {
    if case .computed(let elements as ConvertedElements) = storage { elements.source } else { nil }
  }

  /// The tensor with elements of another floating-point type; `nil` where one of the types has no conversion.
  ///
  /// Nothing is computed before the elements are asked for.
  package func converted(to element: ElementType) -> Tensor? {
    if element == self.element { return self }
    guard Self.convertible.contains(element), Self.convertible.contains(self.element), byteCount != nil else {
      return nil
    }
    return Tensor(element, sizes, .computed(ConvertedElements(self, to: element)))
  }
}
