import Tensors
import Testing

@Suite struct ConvertedTensorTests {
  /// Pieces of any size give the same elements.
  @Test(arguments: [16, 64, 1 << 20])
  func halves(pieceBytes: Int) throws {
    let values = (0..<1000).map { Double($0) / 8 - 60 }
    let tensor = try #require(Tensor.numbers(.f16, values))
    let converted = try #require(tensor.converted(to: .f32))
    var bytes: [UInt8] = []
    converted.forEachChunk(maximumBytes: pieceBytes) {
      #expect($0.count <= pieceBytes)
      bytes += $0
    }
    #expect(converted.byteCount == 4000 && bytes.count == 4000)
    #expect(try converted.float32Elements() == values.map(Float.init))
  }

  @Test func roundsAndOverflows() throws {
    let tensor = try #require(Tensor.numbers(.f32, [1 + 1.0 / 4096, 1e6, -1e6, .nan, 65_504]))
    let elements = try #require(tensor.converted(to: .f16)).float32Elements()
    #expect(elements[0] == 1 && elements[1] == .infinity && elements[2] == -.infinity)
    #expect(elements[3].isNaN && elements[4] == 65_504)
  }

  @Test func integersDoNotConvert() throws {
    #expect(Tensor.i64([1]).converted(to: .f32) == nil)
    let tensor = try #require(Tensor.numbers(.f32, [1]))
    #expect(tensor.converted(to: .i64) == nil)
  }
}
