/// Tensors out of numbers.
extension Tensor {
  /// The byte count up to which `filled` writes the elements out.
  private static let inlineLimit = 4096

  /// A tensor of 64-bit integers; a vector where no sizes are given.
  ///
  /// - Precondition: the sizes fit the number of values.
  package static func i64(_ values: [Int], sizes: [Int]? = nil) -> Tensor {
    let tensor = integers(.i64, values, sizes: sizes)
    precondition(tensor != nil, "the sizes do not fit the number of values")
    return tensor!
  }

  /// A tensor of the given integers, exact in integer types; a vector where no sizes are given.
  ///
  /// `nil` where the element type cannot stand for a value, as `ElementType.bits(of:)` tells, or where the sizes do not
  /// fit the number of values.
  package static func integers(_ element: ElementType, _ values: [Int], sizes: [Int]? = nil) -> Tensor? {
    packed(element, values, sizes: sizes) { element.bits(of: $0) }
  }

  /// A tensor of the given numbers, rounded to the nearest in floating-point types; a vector where no sizes are given.
  ///
  /// `nil` where the element type cannot stand for a value, as `ElementType.bits(of:)` tells, or where the sizes do not
  /// fit the number of values.
  package static func numbers(_ element: ElementType, _ values: [Double], sizes: [Int]? = nil) -> Tensor? {
    packed(element, values, sizes: sizes) { element.bits(of: $0) }
  }

  /// A tensor of elements given as their bits; `nil` for complex types and strings, and where the sizes do not fit.
  package static func bits(_ element: ElementType, _ words: [UInt64], sizes: [Int]) -> Tensor? {
    element.isComplex ? nil : packed(element, words, sizes: sizes) { $0 }
  }

  /// A tensor without dimensions that holds `value`; `nil` where the element type cannot stand for it.
  package static func scalar(_ element: ElementType, _ value: Double) -> Tensor? {
    numbers(element, [value], sizes: [])
  }

  /// A tensor whose elements are all `value`; it takes no memory of its size.
  ///
  /// `nil` where the element type cannot stand for `value`, as `ElementType.bits(of:)` tells, or the sizes are not valid.
  package static func filled(_ element: ElementType, sizes: [Int], with value: Double) -> Tensor? {
    guard var tensor = generated(element, sizes: sizes, .constant(value), seed: 0),
      let byteCount = tensor.byteCount
    else { return nil }
    if byteCount <= inlineLimit {
      var bytes: [UInt8] = []
      tensor.forEachChunk { bytes.append(contentsOf: $0) }
      tensor.storage = .bytes(bytes)
    }
    return tensor
  }

  /// A tensor whose values are made when asked for.
  ///
  /// `nil` where the element type cannot stand for them (strings, a fraction in integers, random numbers in anything but
  /// floating-point and complex types, a `std` or `bound` that is negative or not finite) or the sizes are not valid.
  package static func generated(
    _ element: ElementType, sizes: [Int], _ initialization: Initialization, seed: UInt64
  ) -> Tensor? {
    let tensor = Tensor(element, sizes, .generated(initialization, seed: seed))
    guard tensor.byteCount != nil else { return nil }
    let fits =
      switch initialization {
      case .zeros: element.bits(of: 0.0) != nil
      case .ones: element.bits(of: 1.0) != nil
      case .constant(let value): element.bits(of: value) != nil
      case .normal(let scale), .uniform(let scale):
        (element.isFloatingPoint || element.isComplex) && scale >= 0 && scale.isFinite
      }
    return fits ? tensor : nil
  }

  private static func packed<Value>(
    _ element: ElementType, _ values: [Value], sizes: [Int]?, _ bits: (Value) -> UInt64?
  ) -> Tensor? {
    let sizes = sizes ?? [values.count]
    guard checkedProduct(sizes) == values.count, let byteCount = element.byteCount(of: values.count) else { return nil }
    let buffer = ElementBuffer(of: element.componentType)
    let stride = element.isComplex ? 2 : 1
    var bytes = [UInt8](repeating: 0, count: byteCount)
    for (index, value) in values.enumerated() {
      guard let bits = bits(value) else { return nil }
      bytes.withUnsafeMutableBytes { buffer.store(bits, at: index * stride, in: $0) }
    }
    return Tensor(element, sizes, .bytes(bytes))
  }
}
