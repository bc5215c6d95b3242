import Compression
import Tensors
import Testing

@Suite struct ConversionTests {
  @Test func halvesAreTheNearest() throws {
    var numbers: [Float] = [
      0, -0, 1, -2, 65_504, 65_519, -65_504, .infinity, -.infinity, 5.96e-8, 2.98e-8, 2.99e-8, 1e-9,
    ]
    var bits: UInt32 = 12_345
    for _ in 0..<20_000 {
      bits = bits &* 1_664_525 &+ 1_013_904_223
      // Exponents from those that vanish to those that overflow.
      numbers.append(Float(bitPattern: bits & 0x807F_FFFF | (90 + bits >> 24 % 60) << 23))
    }
    let source = Tensor.floats(numbers, sizes: [numbers.count])
    let converted = try #require(source.converted(to: .f16))
    var bytes: [UInt8] = []
    converted.forEachChunk { bytes.append(contentsOf: $0) }
    for (index, number) in numbers.enumerated() {
      let found = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
      #expect(found == Float16(number).bitPattern, "\(number)")
    }
  }

  @Test func overflowIsToldAndNothingElse() {
    func overflows(_ number: Float) -> Bool {
      Tensor.floats([1, number, 2], sizes: [3]).conversion(to: .f16).overflows
    }
    #expect(overflows(65_520) && overflows(-1e30))
    #expect(!overflows(65_519) && !overflows(65_504) && !overflows(-.infinity))
  }

  @Test(arguments: [
    ("conv1", "conv1", true), ("conv*", "conv12", true), ("*12", "conv12", true), ("c*1*", "conv12", true),
    ("*", "", true), ("conv", "conv1", false), ("*x*", "conv1", false), ("a*a", "a", false), ("", "a", false),
    ("/enc/*/MatMul", "/enc/layer.0/MatMul", true), ("**", "ab", true),
  ])
  func patterns(pattern: String, name: String, matches: Bool) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }
}
