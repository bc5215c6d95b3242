package import Tensors

/// Why a tensor is not quantized.
package enum TensorRefusal: Error, Hashable, Sendable {
  case notFinite
  case element(ElementType)
  case encoding(String)
}

extension TensorRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFinite: "has numbers that are not finite"
    case .element(let element): "has elements of type \(element.spelling)"
    case .encoding(let reason): reason
    }
  }
}

/// A tensor in codes with a scale and a zero point for each run of them; the codes are computed when they are asked for.
package struct QuantizedTensor: Sendable {
  /// The tensor whose numbers the codes stand for.
  package let source: Tensor
  package let encoding: WeightEncoding
  /// One for the tensor, for each channel, or for each block, row-major.
  package let scales: [Float]
  package let zeroPoints: [Int32]
  let layout: ParameterLayout
  let codeRange: CodeRange

  /// Numbers that a thread looks at in one go.
  static let piece = 1 << 18

  /// Reads the tensor and chooses the parameters.
  package init(_ source: Tensor, _ encoding: WeightEncoding) throws(TensorRefusal) {
    guard source.element.isFloatingPoint, (source.element.bitWidth ?? 0) >= 8 else {
      throw .element(source.element)
    }
    guard let layout = ParameterLayout(encoding.granularity, of: source.sizes),
      let expected = source.element.byteCount(of: layout.elementCount), expected == source.byteCount
    else { throw .encoding("has no axis that its scales could be along") }
    let ranges = try Self.ranges(of: source, layout, encoding)
    guard let codeRange = encoding.codes else {
      guard let largest = encoding.element.largestFloat else {
        throw .encoding("is not quantized to \(encoding.element.spelling)")
      }
      let scales = ranges.map { AffineParameters(largest: largest, low: $0.low, high: $0.high).scale }
      self.init(
        source, encoding, layout, CodeRange.none, scales: scales,
        zeroPoints: Array(repeating: 0, count: scales.count))
      return
    }
    let parameters = ranges.map { range in
      AffineParameters(low: range.low, high: range.high, codes: codeRange, isSymmetric: encoding.isSymmetric)
    }
    self.init(
      source, encoding, layout, codeRange, scales: parameters.map(\.scale), zeroPoints: parameters.map(\.zeroPoint))
  }

  /// A tensor with parameters that were chosen elsewhere.
  ///
  /// `nil` where they are not as many as the granularity asks for, or the encoding has no integers.
  package init?(_ source: Tensor, _ encoding: WeightEncoding, scales: [Float], zeroPoints: [Int32]) {
    guard let layout = ParameterLayout(encoding.granularity, of: source.sizes), let codeRange = encoding.codes,
      scales.count == layout.parameterCount, zeroPoints.count == scales.count
    else { return nil }
    self.init(source, encoding, layout, codeRange, scales: scales, zeroPoints: zeroPoints)
  }

  private init(
    _ source: Tensor, _ encoding: WeightEncoding, _ layout: ParameterLayout, _ codeRange: CodeRange,
    scales: [Float], zeroPoints: [Int32]
  ) {
    self.source = source
    self.encoding = encoding
    self.layout = layout
    self.codeRange = codeRange
    self.scales = scales
    self.zeroPoints = zeroPoints
  }

  // MARK: - What a file stores

  /// The codes, in the sizes of the source.
  package var codes: Tensor {
    let elements: any ElementSource = encoding.codes == nil ? ScaledElements(self) : AffineCodes(self)
    return Tensor(encoding.element, source.sizes, .computed(elements))
  }

  /// The scales in the sizes that QuantizeLinear gives them: none, one axis, or those of the blocks.
  package var scaleTensor: Tensor { .floats(scales, sizes: parameterSizes) }

  /// The zero points, in the type of the codes.
  package var zeroPointTensor: Tensor? {
    encoding.codes == nil
      ? Tensor.numbers(encoding.element, zeroPoints.map(Double.init), sizes: parameterSizes)
      : Tensor.integers(encoding.element, zeroPoints.map(Int.init), sizes: parameterSizes)
  }

  /// The zero points for operators that take one for all as well as one each.
  package var shortZeroPointTensor: Tensor? {
    guard let first = zeroPoints.first, encoding.codes != nil, zeroPoints.allSatisfy({ $0 == first }) else {
      return zeroPointTensor
    }
    return Tensor.integers(encoding.element, [Int(first)], sizes: [])
  }

  package var parameterSizes: [Int] { encoding.scaleSizes(of: source.sizes) ?? [] }

  // MARK: - What it costs

  /// How loud the source is, and what the codes change in it.
  ///
  /// - Complexity: O(elements), by all cores
  package func power() -> SignalPower {
    let count = layout.elementCount
    let pieces = (count + Self.piece - 1) / Self.piece
    let powers = Parallel.map(pieces) { piece in
      let range = piece * Self.piece..<min((piece + 1) * Self.piece, count)
      if encoding.codes == nil { return ScaledElements(self).power(of: range) }
      return source.withFloats(range) { ErrorKernel.power(of: self, range, $0) }
    }
    return powers.reduce(into: SignalPower()) { $0 += $1 }
  }
}

extension Tensor {
  /// A tensor of the given floats.
  package static func floats(_ values: [Float], sizes: [Int]) -> Tensor {
    Tensor(.f32, sizes, .bytes(values.withUnsafeBytes(Array.init)))
  }
}
