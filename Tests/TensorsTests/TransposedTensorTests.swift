import Tensors
import Testing

@Suite struct TransposedTensorTests {
  private static func matrix(_ rows: Int, _ columns: Int) throws -> Tensor {
    try #require(Tensor.numbers(.f32, (0..<rows * columns).map(Double.init), sizes: [rows, columns]))
  }

  /// Whatever the size of the pieces, element `[i, j]` is what `[j, i]` was.
  @Test(arguments: [(1, 1), (1, 5), (5, 1), (3, 4), (17, 9)], [16, 48, 1 << 20])
  func elements(sizes: (rows: Int, columns: Int), piece: Int) throws {
    let transposed = try #require(try Self.matrix(sizes.rows, sizes.columns).transposed())
    #expect(transposed.sizes == [sizes.columns, sizes.rows])
    var found: [Float] = []
    transposed.forEachChunk(maximumBytes: piece) { bytes in
      for index in 0..<bytes.count / 4 { found.append(bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)) }
    }
    let expected = (0..<sizes.columns).flatMap { column in
      (0..<sizes.rows).map { Float($0 * sizes.columns + column) }
    }
    #expect(found == expected)
    #expect(transposed.transposedFrom?.sizes == [sizes.rows, sizes.columns])
  }

  /// Matrices of whole bytes are transposed, and nothing else.
  @Test func whatIsNotTransposed() throws {
    #expect(Tensor.i64([1, 2, 3]).transposed() == nil)
    #expect(Tensor(.f32, [2, 3], .bytes([0, 0])).transposed() == nil)
    #expect(Tensor(.i4, [2, 2], .bytes([0, 0])).transposed() == nil)
    #expect(Tensor(.string, [1, 1], .strings([[65]])).transposed() == nil)
    #expect(try Self.matrix(2, 3).transposed()?.transposed() == nil)
    let empty = try #require(Tensor(.f32, [0, 3], .bytes([])).transposed())
    #expect(empty.sizes == [3, 0] && empty.byteCount == 0)
    empty.forEachChunk { _ in Issue.record("there is nothing to pass") }
  }
}
