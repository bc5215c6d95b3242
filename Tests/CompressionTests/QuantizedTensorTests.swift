import Compression
import Tensors
import Testing

@Suite struct QuantizedTensorTests {
  /// The formula, one number at a time: clip(round(x / scale) + zero point), ties to even.
  private static func reference(_ x: Float, _ scale: Float, _ zero: Int32, _ range: ClosedRange<Int>) -> Int {
    let quotient = (x / scale).rounded(.toNearestOrEven)
    guard quotient.magnitude < 1e9 else { return quotient < 0 ? range.lowerBound : range.upperBound }
    return min(max(Int(quotient) + Int(zero), range.lowerBound), range.upperBound)
  }

  private static func parameter(_ granularity: Granularity, _ index: Int, _ sizes: [Int]) -> Int {
    func coordinate(_ axis: Int) -> (outer: Int, place: Int, inner: Int, innerSize: Int) {
      let innerSize = sizes[(axis + 1)...].reduce(1, *)
      return (index / innerSize / sizes[axis], index / innerSize % sizes[axis], index % innerSize, innerSize)
    }
    switch granularity {
    case .tensor: return 0
    case .channel(let axis): return coordinate(axis).place
    case .blocks(let axis, let size):
      let (outer, place, inner, innerSize) = coordinate(axis)
      return (outer * ((sizes[axis] + size - 1) / size) + place / size) * innerSize + inner
    }
  }

  private static let encodings: [(ElementType, ClosedRange<Int>, Bool)] = [
    (.i8, -127...127, true), (.i8, -128...127, false), (.u8, 0...255, false), (.u8, 0...255, true),
    (.i4, -8...7, true), (.u4, 0...15, false), (.i16, -32_767...32_767, true),
  ]

  private static let granularities: [([Int], Granularity)] = [
    ([37, 53], .tensor), ([37, 53], .channel(axis: 0)), ([37, 53], .channel(axis: 1)),
    ([5, 7, 3, 3], .channel(axis: 0)),
    ([5, 7, 3, 3], .channel(axis: 1)), ([70, 33], .blocks(axis: 0, size: 16)), ([70, 33], .blocks(axis: 1, size: 16)),
    ([2, 40, 33], .blocks(axis: 2, size: 33)), ([1, 1], .tensor), ([64], .tensor),
  ]

  @Test(arguments: encodings.indices, granularities.indices)
  func codesAreThoseOfTheFormula(encodingIndex: Int, granularityIndex: Int) throws {
    let (element, range, isSymmetric) = Self.encodings[encodingIndex]
    let (sizes, granularity) = Self.granularities[granularityIndex]
    let source = try #require(Tensor.generated(.f32, sizes: sizes, .normal(std: 2), seed: UInt64(granularityIndex)))
    let numbers = try source.float32Elements()
    let quantized = try QuantizedTensor(source, WeightEncoding(element, granularity, isSymmetric: isSymmetric))
    let codes = try quantized.codes.int64Elements()
    var noise = 0.0
    for index in numbers.indices {
      let parameter = Self.parameter(granularity, index, sizes)
      let (scale, zero) = (quantized.scales[parameter], quantized.zeroPoints[parameter])
      #expect(Int(codes[index]) == Self.reference(numbers[index], scale, zero, range))
      let difference = Double(Float(Int32(codes[index]) - zero) * scale) - Double(numbers[index])
      noise += difference * difference
    }
    let power = quantized.power()
    #expect(abs(power.noise - noise) <= 1e-4 * noise + 1e-12)
  }

  @Test func numbersThatAreNotFiniteAreRefused() throws {
    for bad in [Double.nan, .infinity, -.infinity] {
      for place in [0, 15, 16, 40] {
        var values = Array(repeating: 1.0, count: 41)
        values[place] = bad
        let source = try #require(Tensor.numbers(.f32, values))
        #expect(throws: TensorRefusal.notFinite) {
          try QuantizedTensor(source, WeightEncoding(.i8, .tensor, isSymmetric: true))
        }
      }
    }
  }

  @Test func transposedCodesAreTheCodesTransposed() throws {
    let source = try #require(Tensor.generated(.f32, sizes: [2, 70, 45], .normal(std: 1), seed: 7))
    let quantized = try QuantizedTensor(source, WeightEncoding(.i8, .channel(axis: 0), isSymmetric: true))
    let codes = try quantized.codes.int64Elements()
    let transposed = try quantized.transposedCodes.int64Elements()
    for matrix in 0..<2 {
      for row in 0..<70 {
        for column in 0..<45 {
          #expect(codes[(matrix * 70 + row) * 45 + column] == transposed[(matrix * 45 + column) * 70 + row])
        }
      }
    }
  }

  @Test func nothingButZerosIsExact() throws {
    let source = try #require(Tensor.filled(.f32, sizes: [3, 40], with: 0))
    let quantized = try QuantizedTensor(source, WeightEncoding(.u8, .channel(axis: 0), isSymmetric: true))
    #expect(quantized.zeroPoints == [128, 128, 128])
    #expect(try quantized.codes.int64Elements().allSatisfy { $0 == 128 })
    #expect(quantized.power().noise == 0)
  }
}
