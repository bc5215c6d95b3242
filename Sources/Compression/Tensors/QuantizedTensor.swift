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
    guard let codeRange = encoding.codes else { throw .encoding("is not quantized to \(encoding.element.spelling)") }
    let ranges = try Self.ranges(of: source, layout, encoding)
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
  package var codes: Tensor { Tensor(encoding.element, source.sizes, .computed(AffineCodes(self))) }

  /// The scales in the sizes that QuantizeLinear gives them: none, one axis, or those of the blocks.
  package var scaleTensor: Tensor { .floats(scales, sizes: parameterSizes) }

  /// The zero points, in the type of the codes.
  package var zeroPointTensor: Tensor? {
    Tensor.integers(encoding.element, zeroPoints.map(Int.init), sizes: parameterSizes)
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
      return source.withFloats(range) { ErrorKernel.power(of: self, range, $0) }
    }
    return powers.reduce(into: SignalPower()) { $0 += $1 }
  }

  private static func ranges(
    of source: Tensor, _ layout: ParameterLayout, _ encoding: WeightEncoding
  ) throws(TensorRefusal) -> [(low: Float, high: Float)] {
    let count = layout.elementCount
    // A thread takes several pieces, so that there are few ranges to merge.
    let pieces = min(Parallel.width, max(1, count / piece))
    let size = (count + pieces - 1) / max(pieces, 1)
    let kernels = Parallel.map(pieces) { thread in
      var kernel = RangeKernel(count: layout.parameterCount)
      var start = thread * size
      let end = min(start + size, count)
      while start < end {
        let range = start..<min(start + piece, end)
        source.withFloats(range) { bytes in
          guard let base = bytes.baseAddress else { return }
          layout.forEachSegment(in: range) { segment in
            kernel.add(
              base + (segment.elements.lowerBound - range.lowerBound) * 4, count: segment.elements.count,
              parameter: segment.parameter, isVector: segment.isVector)
          }
        }
        start = range.upperBound
      }
      return kernel
    }
    var all = RangeKernel(count: layout.parameterCount)
    for kernel in kernels { all.merge(kernel) }
    guard all.isFinite else { throw .notFinite }
    return all.low.indices.map { index in
      // A run without elements stands for 0.
      all.low[index] > all.high[index] ? (0, 0) : (all.low[index], all.high[index])
    }
  }
}

extension Tensor {
  /// A tensor of the given floats.
  package static func floats(_ values: [Float], sizes: [Int]) -> Tensor {
    Tensor(.f32, sizes, .bytes(values.withUnsafeBytes(Array.init)))
  }
}
