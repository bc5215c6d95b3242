import Glibc
import Tensors
import Testing

@Suite struct GeneratedTensorTests {
  private func bytes(_ tensor: Tensor, maximumBytes: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    tensor.forEachChunk(maximumBytes: maximumBytes) {
      #expect($0.count > 0 && $0.count <= max(maximumBytes, tensor.element.pieceUnit))
      bytes += $0
    }
    return bytes
  }

  private static let random: [Initialization] = [.normal(std: 0.5), .uniform(bound: 2)]
  private static let types: [ElementType] = ElementType.allCases.filter { $0 != .string }

  /// An odd count ends pairs, bytes and pieces in the middle.
  @Test(arguments: types)
  func piecesDoNotChangeTheValues(type: ElementType) {
    for initialization in Self.random + [.zeros, .ones] {
      let tensor = Tensor(type, [7, 143], .generated(initialization, seed: 42))
      let whole = bytes(tensor, maximumBytes: 1 << 20)
      #expect(whole.count == type.byteCount(of: 1001))
      #expect(whole.count == tensor.byteCount)
      for size in [1, 16, 17, 48, 100, 4096, .max] {
        #expect(bytes(tensor, maximumBytes: size) == whole, "\(type) \(initialization) \(size)")
      }
    }
  }

  @Test func seedsGiveDifferentAndRepeatableValues() {
    for initialization in Self.random {
      let values = (0..<50).map { bytes(Tensor(.f32, [64], .generated(initialization, seed: $0)), maximumBytes: 512) }
      #expect(Set(values).count == 50)
      #expect(bytes(Tensor(.f32, [64], .generated(initialization, seed: 7)), maximumBytes: 512) == values[7])
    }
    // A longer tensor of the same seed begins with the same values.
    let short = bytes(Tensor(.f32, [10], .generated(.normal(std: 1), seed: 1)), maximumBytes: 512)
    let long = bytes(Tensor(.f32, [100], .generated(.normal(std: 1), seed: 1)), maximumBytes: 512)
    #expect(Array(long.prefix(40)) == short)
  }

  /// SplitMix64 from the state 0 gives these numbers first (the generator's published test values), so that the stream
  /// of the seed whose mix is 0, which is 0 itself, is known.
  @Test func theStreamIsSplitMix64() throws {
    let published: [UInt64] = [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]
    let expected = published.map { 2 * (Double($0 >> 11) * 0x1p-53) - 1 }
    let drawn = bytes(Tensor(.f64, [3], .generated(.uniform(bound: 1), seed: 0)), maximumBytes: 512)
    let values = drawn.withUnsafeBytes { bytes in
      (0..<3).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
    #expect(values == expected)
  }

  private struct Moments {
    var mean = 0.0
    var std = 0.0
    var skewness = 0.0
    var kurtosis = 0.0
    var neighbours = 0.0

    init(_ values: [Float]) {
      let count = Double(values.count)
      let mean = values.reduce(0) { $0 + Double($1) } / count
      let centred = values.map { Double($0) - mean }
      let variance = centred.reduce(0) { $0 + $1 * $1 } / count
      self.mean = mean
      std = variance.squareRoot()
      skewness = centred.reduce(0) { $0 + $1 * $1 * $1 } / count / (variance * std)
      kurtosis = centred.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count / (variance * variance)
      neighbours = zip(centred, centred.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count / variance
    }
  }

  /// Bounds are about five standard errors of 100,000 draws.
  @Test(arguments: [ElementType.f32, .f64, .f16, .bf16], [UInt64(0), 1, 2, 0xFFFF_FFFF_FFFF_FFFF])
  func moments(type: ElementType, seed: UInt64) throws {
    let normal = Moments(
      try #require(Tensor.generated(type, sizes: [100_000], .normal(std: 0.02), seed: seed)).float32Elements())
    #expect(abs(normal.mean) < 0.02 * 0.016)
    #expect(abs(normal.std / 0.02 - 1) < 0.012)
    #expect(abs(normal.skewness) < 0.04)
    #expect(abs(normal.kurtosis - 3) < 0.08)
    #expect(abs(normal.neighbours) < 0.016)

    let values = try #require(Tensor.generated(type, sizes: [100_000], .uniform(bound: 3), seed: seed))
      .float32Elements()
    let uniform = Moments(values)
    #expect(values.allSatisfy { $0.magnitude <= 3 })
    #expect(values.max()! > 2.99 && values.min()! < -2.99)
    #expect(abs(uniform.mean) < 3 * 0.0092)
    #expect(abs(uniform.std / (3 / 3.0.squareRoot()) - 1) < 0.01)
    #expect(abs(uniform.kurtosis - 1.8) < 0.04)
    #expect(abs(uniform.neighbours) < 0.016)
  }

  @Test func normalNumbersFillTheQuantiles() throws {
    let values = try #require(Tensor.generated(.f32, sizes: [100_000], .normal(std: 1), seed: 9)).float32Elements()
    for (limit, share) in [(-1.959964, 0.025), (-1.0, 0.158655), (0.0, 0.5), (0.674490, 0.75), (2.326348, 0.99)] {
      let below = Double(values.count { Double($0) < limit }) / 100_000
      #expect(abs(below - share) < 0.008, "\(limit)")
    }
  }

  @Test func whatCannotBeGenerated() {
    let cases: [(ElementType, [Int], Initialization)] = [
      (.string, [1], .zeros), (.i32, [1], .constant(0.5)), (.u8, [1], .constant(-1)), (.i64, [1], .normal(std: 1)),
      (.bool, [1], .uniform(bound: 1)), (.f32, [1], .normal(std: -1)), (.f32, [1], .uniform(bound: .infinity)),
      (.f32, [1], .normal(std: .nan)), (.f16, [1], .constant(1e6)), (.f32, [-1], .zeros),
      (.f32, [1 << 32, 1 << 32], .zeros), (.f32, [1 << 61], .zeros), (.f8e8m0, [1], .zeros),
    ]
    for (type, sizes, initialization) in cases {
      #expect(Tensor.generated(type, sizes: sizes, initialization, seed: 0) == nil, "\(type) \(sizes)")
    }
    #expect(Tensor(.f32, [1 << 61], .generated(.zeros, seed: 0)).byteCount == nil)
  }

  /// Made without the checks of `generated`, values go to the nearest that the type has.
  @Test func valuesOutsideTheTypeGoToTheNearest() throws {
    func first(_ type: ElementType, _ value: Double) throws -> Int64 {
      try Tensor(type, [1], .generated(.constant(value), seed: 0)).int64Elements()[0]
    }
    #expect(try first(.i32, 2.5) == 2)
    #expect(try first(.i8, 1000) == 127)
    #expect(try first(.i8, -1000) == -128)
    #expect(try first(.u16, -3) == 0)
    #expect(try first(.u32, 1e30) == 4_294_967_295)
    #expect(try first(.i64, 1e30) == .max)
    #expect(try first(.i64, -.infinity) == .min)
    #expect(try first(.i4, 100) == 7)
    #expect(try first(.i32, .nan) == 0)
    #expect(try first(.bool, 0.5) == 1)
    let half = Tensor(.f16, [1], .generated(.constant(1e9), seed: 0))
    #expect(try half.float32Elements() == [65504])
    let integers = try Tensor(.i32, [1000], .generated(.uniform(bound: 5), seed: 3)).int64Elements()
    #expect(Set(integers) == Set(-5...5))
  }
}
