import Compression
import Tensors
import Testing

@Suite struct BlockMatrixTests {
  /// A column's block by the formula, one number at a time.
  private static func reference(
    _ numbers: [Float], bits: Int, isSymmetric: Bool
  ) -> (codes: [Int], scale: Float, zero: Float) {
    let greatest = Float(1 << bits - 1)
    let middle = Float(1 << (bits - 1))
    var low = numbers.min()!
    var high = numbers.max()!
    var (scale, zero): (Float, Float)
    if isSymmetric {
      scale = (high.magnitude > low.magnitude ? high : low) / -middle
      zero = middle
    } else {
      (low, high) = (min(low, 0), max(high, 0))
      scale = (high - low) / greatest
      zero = scale == 0 ? 0 : min(max(((0 - low) / scale + 0.5).rounded(.down), 0), greatest)
    }
    let reciprocal = scale == 0 ? 0 : 1 / scale
    let codes = numbers.map { Int(min(max(($0 * reciprocal + zero + 0.5).rounded(.down), 0), greatest)) }
    return (codes, scale, zero)
  }

  @Test(arguments: [4, 8], [true, false])
  func codesAreThoseOfTheFormula(bits: Int, isSymmetric: Bool) throws {
    for (rows, columns, size) in [(64, 33, 16), (70, 5, 32), (128, 16, 128), (17, 40, 32)] {
      let seed = UInt64(rows * 1000 + columns)
      let source = try #require(Tensor.generated(.f32, sizes: [rows, columns], .normal(std: 1), seed: seed))
      let numbers = try source.float32Elements()
      let encoding = BlockEncoding(bits: bits, size: size, zeroPoints: isSymmetric ? .fixed : .integers)
      let matrix = try #require(BlockMatrix(source, isTransposed: false, encoding))
      let codes = try matrix.codes.int64Elements()
      let scales = try matrix.scales.float32Elements()
      let zeros = try matrix.zeroPoints?.int64Elements()
      let perColumn = matrix.blocks * size * bits / 8
      for column in 0..<columns {
        for block in 0..<matrix.blocks {
          let present = block * size..<min((block + 1) * size, rows)
          let expected = Self.reference(
            present.map { numbers[$0 * columns + column] }, bits: bits, isSymmetric: isSymmetric)
          #expect(scales[column * matrix.blocks + block] == expected.scale)
          for (place, code) in expected.codes.enumerated() {
            let bit = place * bits
            let byte = codes[column * perColumn + block * size * bits / 8 + bit / 8]
            #expect(Int(byte) >> (bit % 8) & (1 << bits - 1) == code)
          }
          if let zeros {
            let bit = block * bits
            let byte = zeros[column * ((matrix.blocks * bits + 7) / 8) + bit / 8]
            #expect(Int(byte) >> (bit % 8) & (1 << bits - 1) == Int(expected.zero))
          }
        }
      }
    }
  }

  @Test(arguments: [BlockEncoding.ZeroPoints.fixed, .integers, .floats])
  func aMatrixMayBeStoredTransposed(zeroPoints: BlockEncoding.ZeroPoints) throws {
    let (rows, columns) = (50, 37)
    let source = try #require(Tensor.generated(.f32, sizes: [rows, columns], .normal(std: 1), seed: 3))
    let numbers = try source.float32Elements()
    let turned = (0..<columns).flatMap { column in (0..<rows).map { numbers[$0 * columns + column] } }
    let encoding = BlockEncoding(bits: 4, size: 16, zeroPoints: zeroPoints)
    let matrix = try #require(BlockMatrix(source, isTransposed: false, encoding))
    let other = try #require(
      BlockMatrix(.floats(turned, sizes: [columns, rows]), isTransposed: true, encoding))
    #expect(try matrix.codes.int64Elements() == other.codes.int64Elements())
    #expect(try matrix.scales.float32Elements() == other.scales.float32Elements())
    #expect(try matrix.measured().power == other.measured().power)
    #expect(try matrix.measured().matrix.scales.float32Elements() == matrix.scales.float32Elements())
    #expect(try matrix.measured().matrix.codes.int64Elements() == matrix.codes.int64Elements())
  }

  @Test func fittedZeroPointsAreNeverWorse() throws {
    let source = try #require(Tensor.generated(.f32, sizes: [256, 32], .normal(std: 0.02), seed: 5))
    func noise(_ zeroPoints: BlockEncoding.ZeroPoints) throws -> Double {
      let encoding = BlockEncoding(bits: 4, size: 32, zeroPoints: zeroPoints)
      return try #require(BlockMatrix(source, isTransposed: false, encoding)).measured().power.noise
    }
    #expect(try noise(.floats) < 0.92 * noise(.integers))
  }
}
