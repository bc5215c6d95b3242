package import Tensors

/// The elements of a tensor of floats in a narrower type, rounded to nearest, ties to even.
struct NarrowedElements: ElementSource {
  private let source: Tensor
  private let element: ElementType

  /// - Precondition: the type has 16 or 8 bits.
  init(_ source: Tensor, to element: ElementType) {
    self.source = source
    self.element = element
  }

  var byteCount: Int { element.byteCount(of: source.elementCount) ?? 0 }

  var granule: Int { 16 }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    let width = (element.bitWidth ?? 8) / 8
    let elements = range.lowerBound / width..<range.upperBound / width
    source.withFloats(elements) { numbers in
      let count = min(elements.count, numbers.count / 4)
      switch element {
      case .f16: Self.writeHalves(numbers, count, to: bytes)
      case .bf16: Self.writeBrainFloats(numbers, count, to: bytes)
      default:
        for index in 0..<count {
          let number = numbers.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
          bytes[index] = UInt8(truncatingIfNeeded: element.bits(of: Double(number)) ?? 0)
        }
      }
    }
  }

  private static func writeHalves(
    _ numbers: UnsafeRawBufferPointer, _ count: Int, to bytes: UnsafeMutableRawBufferPointer
  ) {
    for index in 0..<count {
      let bits = HalfKernel.bits(numbers.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
      bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
    }
  }

  private static func writeBrainFloats(
    _ numbers: UnsafeRawBufferPointer, _ count: Int, to bytes: UnsafeMutableRawBufferPointer
  ) {
    for index in 0..<count {
      let bits = numbers.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
      let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
      let rounded = isNaN ? bits | 0x0040_0000 : bits &+ 0x7FFF &+ (bits >> 16 & 1)
      bytes.storeBytes(of: UInt16(truncatingIfNeeded: rounded >> 16), toByteOffset: index * 2, as: UInt16.self)
    }
  }
}

/// Half-precision numbers (IEEE 754 binary16) out of single-precision ones.
enum HalfKernel {
  /// The bits of the nearest number, ties to even; infinity from 65,520 on.
  @inline(__always)
  static func bits(_ single: UInt32) -> UInt16 {
    let sign = single >> 16 & 0x8000
    let magnitude = single & 0x7FFF_FFFF
    if magnitude >= 0x4780_0000 {
      // 65,536 and more, infinity, NaN.
      return UInt16(truncatingIfNeeded: sign | (magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00))
    }
    if magnitude < 0x3880_0000 {
      // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴: adding ½ leaves them in the low bits.
      let sum = Float(bitPattern: magnitude) + 0.5
      return UInt16(truncatingIfNeeded: sign | (sum.bitPattern &- 0x3F00_0000))
    }
    let rounded = magnitude &+ 0xFFF &+ (magnitude >> 13 & 1) &- 0x3800_0000
    return UInt16(truncatingIfNeeded: sign | rounded >> 13)
  }
}

extension Tensor {
  /// The tensor in a narrower floating-point type; its elements are converted when they are asked for.
  package func narrowed(to element: ElementType) -> Tensor {
    Tensor(element, sizes, .computed(NarrowedElements(self, to: element)))
  }

  /// What a narrower type does to the elements.
  package func conversion(to element: ElementType) -> FloatConversion {
    let count = elementCount
    let piece = QuantizedTensor.piece
    let largest = element.largestFinite
    let parts = Parallel.map((count + piece - 1) / piece) { part in
      let range = part * piece..<min((part + 1) * piece, count)
      var conversion = FloatConversion()
      withFloats(range) { numbers in
        for index in 0..<numbers.count / 4 {
          let number = numbers.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
          if number.isFinite, number.magnitude > largest { conversion.overflows = true }
          conversion.add(number, as: element)
        }
      }
      return conversion
    }
    return parts.reduce(into: FloatConversion()) { $0.merge($1) }
  }
}

/// What a narrower floating-point type changes in numbers.
package struct FloatConversion: Sendable {
  /// Whether a finite number is beyond the type's largest.
  package var overflows = false
  package var power = SignalPower()

  mutating func add(_ number: Float, as element: ElementType) {
    guard number.isFinite else { return }
    let rounded: Float =
      switch element {
      case .f16: Float(Float16(bitPattern: HalfKernel.bits(number.bitPattern)))
      case .bf16: Float(bitPattern: (number.bitPattern &+ 0x7FFF &+ (number.bitPattern >> 16 & 1)) & 0xFFFF_0000)
      default: element.bits(of: Double(number)).map { Float(element.value(of: $0)) } ?? .infinity
      }
    guard rounded.isFinite else { return }
    power.signal += Double(number) * Double(number)
    let difference = Double(rounded) - Double(number)
    power.noise += difference * difference
  }

  mutating func merge(_ other: FloatConversion) {
    overflows = overflows || other.overflows
    power += other.power
  }
}

extension ElementType {
  /// The largest number of a floating-point type of 8 bits; `nil` for other types.
  var largestFloat: Float? {
    switch self {
    case .f8e4m3fn: 448
    case .f8e4m3fnuz: 240
    case .f8e5m2, .f8e5m2fnuz: 57_344
    default: nil
    }
  }

  /// The largest finite number that rounds to a finite one of the type.
  fileprivate var largestFinite: Float {
    switch self {
    case .f16: Float(bitPattern: 0x477F_EFFF)
    case .bf16: Float(bitPattern: 0x7F7F_7FFF)
    default: largestFloat ?? .greatestFiniteMagnitude
    }
  }
}
