import Tensors

/// The elements of a tensor, divided by their scales, in a floating-point type of 8 bits.
struct ScaledElements: ElementSource {
  private let tensor: QuantizedTensor

  /// - Precondition: the type of the tensor's codes is such a type.
  init(_ tensor: QuantizedTensor) { self.tensor = tensor }

  var byteCount: Int { tensor.layout.elementCount }

  var granule: Int { 16 }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    forEach(range) { place, _, bits, _ in bytes[place] = UInt8(truncatingIfNeeded: bits) }
  }

  /// The power of some elements, and of what changes in them.
  func power(of range: Range<Int>) -> SignalPower {
    var power = SignalPower()
    let element = tensor.encoding.element
    forEach(range) { _, number, bits, scale in
      let difference = element.value(of: bits) * Double(scale) - Double(number)
      power.signal += Double(number) * Double(number)
      power.noise += difference * difference
    }
    return power
  }

  private func forEach(_ range: Range<Int>, _ body: (Int, Float, UInt64, Float) -> Void) {
    let element = tensor.encoding.element
    tensor.source.withFloats(range) { numbers in
      guard !numbers.isEmpty else { return }
      tensor.layout.forEachSegment(in: range) { segment in
        for index in segment.elements {
          let place = index - range.lowerBound
          let number = numbers.loadUnaligned(fromByteOffset: place * 4, as: Float.self)
          let scale = tensor.scales[segment.parameter + (segment.isVector ? index - segment.elements.lowerBound : 0)]
          body(place, number, element.bits(saturating: Double(number / scale)), scale)
        }
      }
    }
  }
}
