/// The elements of a generated tensor, at any position in any order.
///
/// Numbers are drawn as doubles and rounded to the element type, ties to even, staying within its range; so integer types
/// get the nearest integers. Of complex numbers each part is drawn by itself, and constants have the imaginary part 0.
struct GeneratedElements {
  let component: ElementType
  private let partsPerElement: Int
  private let initialization: Initialization
  private let stream: RandomStream

  /// - Precondition: `element` is not `string`.
  init(_ element: ElementType, _ initialization: Initialization, seed: UInt64) {
    component = element.componentType
    partsPerElement = element.isComplex ? 2 : 1
    self.initialization = initialization
    stream = RandomStream(seed: seed)
  }

  /// The value of all elements, if they have the same.
  var constant: Double? {
    switch initialization {
    case .zeros: 0
    case .ones: 1
    case .constant(let value): value
    case .normal, .uniform: nil
    }
  }

  /// Writes the elements of `range`.
  ///
  /// - Complexity: O(`range.count`)
  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    let buffer = ElementBuffer(of: component)
    if buffer.bitWidth < 8 { bytes.initializeMemory(as: UInt8.self, repeating: 0) }
    let first = range.lowerBound * partsPerElement
    let parts = first..<range.upperBound * partsPerElement
    switch initialization {
    case .normal(let std):
      var pair = (number: -1, values: (0.0, 0.0))
      for part in parts {
        if part >> 1 != pair.number { pair = (part >> 1, stream.normals(ofPair: UInt64(part >> 1))) }
        let value = std * (part & 1 == 0 ? pair.values.0 : pair.values.1)
        buffer.store(component.bits(saturating: value), at: part - first, in: bytes)
      }
    case .uniform(let bound):
      for part in parts {
        let value = bound * (2 * stream.unit(at: UInt64(part)) - 1)
        buffer.store(component.bits(saturating: value), at: part - first, in: bytes)
      }
    case .zeros, .ones, .constant:
      let real = component.bits(saturating: constant ?? 0)
      for part in parts {
        buffer.store(part % partsPerElement == 0 ? real : 0, at: part - first, in: bytes)
      }
    }
  }
}
