import Checkpoints
import Tensors
import Testing

@Suite struct StatisticsTests {
  private func statistics(_ element: ElementType, _ values: [Double]) throws -> TensorStatistics {
    let tensor = try #require(Tensor.numbers(element, values))
    return try #require(TensorStatistics(tensor))
  }

  /// Blocks by vectors and single elements agree, in every type that holds the numbers.
  @Test(arguments: [ElementType.f32, .f16, .bf16, .f64, .i16, .i32, .i64])
  func smallIntegers(element: ElementType) throws {
    let values = (0..<10_000).map { Double($0 % 7 - 3) }
    let found = try statistics(element, values)
    #expect(found.minimum == -3 && found.maximum == 3 && found.count == 10_000)
    #expect(found.zeroCount == values.count { $0 == 0 })
    let mean = values.reduce(0, +) / 10_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
    #expect(abs(found.mean - mean) < 1e-6)
    #expect(abs(found.standardDeviation - variance.squareRoot()) < 1e-5)
    #expect(found.histogram.reduce(0, +) == found.sampleCount)
  }

  @Test func whatIsNotFiniteIsCountedApart() throws {
    var values = [Double](repeating: 2, count: 5000)
    values[1] = .nan
    values[4097] = .infinity
    values[4999] = -.infinity
    let found = try statistics(.f32, values)
    #expect(found.nanCount == 1 && found.infinityCount == 2 && found.finiteCount == 4997)
    #expect(found.minimum == 2 && found.maximum == 2 && found.mean == 2 && found.standardDeviation == 0)
  }

  @Test func nothingAtAll() throws {
    let found = try statistics(.f32, [])
    #expect(found.count == 0 && found.blocks.isEmpty && found.standardDeviation == 0)
  }

  @Test func packedElementsBehindTheLastDoNotCount() throws {
    let found = try statistics(.i4, [-8, 7, 3])
    #expect(found.count == 3 && found.zeroCount == 0 && found.minimum == -8 && found.maximum == 7)
  }
}
