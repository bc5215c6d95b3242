import Compression
import Tensors
import Testing

@Suite struct SlicedElementsTests {
  /// 24 numbers that tell their places.
  private let counted = Tensor.numbers(.f32, (0..<24).map(Double.init), sizes: [2, 3, 4])!

  @Test(
    arguments: [
      ([nil, nil, [0, 2, 3]], [0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23]),
      ([[1], nil, nil], Array(12..<24)),
      ([[0, 1], [2], [1, 2]], [9, 10, 21, 22]),
      ([nil, [0, 2], nil], [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23]),
    ] as [([[Int]?], [Int])])
  func keepsElementsAtIndices(kept: [[Int]?], wanted: [Int]) throws {
    let sliced = try #require(SlicedElements.tensor(counted, keeping: kept))
    #expect(try sliced.float32Elements() == wanted.map { Float($0) })
  }

  @Test func piecesOfAnySizeAreTheSame() throws {
    let sliced = try #require(SlicedElements.tensor(counted, keeping: [nil, [0, 2], [1, 3]]))
    guard case .computed(let source) = sliced.storage else {
      Issue.record("its elements are not computed")
      return
    }
    let whole = try sliced.float32Elements()
    for start in 0..<8 {
      for end in start + 1...8 {
        var bytes = [UInt8](repeating: 0, count: (end - start) * 4)
        bytes.withUnsafeMutableBytes { source.write(start * 4..<end * 4, to: $0) }
        #expect(try Tensor(.f32, [end - start], .bytes(bytes)).float32Elements() == Array(whole[start..<end]))
      }
    }
  }

  @Test func slicesOfSlices() throws {
    let once = try #require(SlicedElements.tensor(counted, keeping: [nil, [1, 2], nil]))
    let twice = try #require(SlicedElements.tensor(once, keeping: [[1], nil, [0, 3]]))
    #expect(try twice.float32Elements() == [16, 19, 20, 23])
  }

  @Test func elementsOfHalfAByteHaveNoSlices() {
    #expect(SlicedElements.tensor(Tensor.integers(.i4, [1, 2, 3, 4])!, keeping: [[0, 1]]) == nil)
  }
}

@Suite struct MaskedElementsTests {
  @Test func patternsKeepTheGreatest() throws {
    let weights = Tensor.numbers(.f32, [1, -4, 3, 2, 0, 5, -6, 7], sizes: [2, 4])!
    let pattern = try #require(SparsePattern(keep: 2, of: 4))
    let rows = try #require(MaskedElements.tensor(weights, .pattern(pattern, axis: 1)))
    #expect(try rows.float32Elements() == [0, -4, 3, 0, 0, 0, -6, 7])
    let pair = try #require(SparsePattern(keep: 1, of: 2))
    let columns = try #require(MaskedElements.tensor(weights, .pattern(pair, axis: 0)))
    #expect(try columns.float32Elements() == [1, 0, 0, 0, 0, 5, -6, 7])
  }

  @Test func whatIsLeftOverStays() throws {
    let weights = Tensor.numbers(.f32, [1, 2, 3, 4, 5], sizes: [5])!
    let pair = try #require(SparsePattern(keep: 1, of: 2))
    let masked = try #require(MaskedElements.tensor(weights, .pattern(pair, axis: 0)))
    #expect(try masked.float32Elements() == [0, 2, 0, 4, 5])
  }

  @Test(arguments: [(0, 2), (4, 4), (3, 0), (1, 1000)])
  func noPattern(keep: Int, of: Int) {
    #expect(SparsePattern(keep: keep, of: of) == nil)
  }
}
