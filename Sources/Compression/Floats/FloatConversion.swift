package import Tensors

extension Tensor {
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
