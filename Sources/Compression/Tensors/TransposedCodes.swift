package import Tensors

/// The 8-bit codes of a stack of matrices `[…, rows, columns]`, each matrix transposed: `[…, columns, rows]`.
struct TransposedCodes: ElementSource {
  private let tensor: QuantizedTensor
  private let rows: Int
  private let columns: Int

  /// - Precondition: the codes have 8 bits, and the tensor two axes or more.
  init(_ tensor: QuantizedTensor) {
    self.tensor = tensor
    rows = tensor.source.sizes[tensor.source.sizes.count - 2]
    columns = tensor.source.sizes[tensor.source.sizes.count - 1]
  }

  var byteCount: Int { tensor.layout.elementCount }

  var granule: Int { max(rows, 1) }

  /// Columns that are transposed at a time.
  private static let tile = 64

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    guard rows > 0, columns > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: Self.tile, alignment: 16) { line in
      guard let start = line.baseAddress else { return }
      var column = range.lowerBound / rows
      let end = range.upperBound / rows
      while column < end {
        let (matrix, first) = (column / columns, column % columns)
        let count = min(Self.tile, columns - first, end - column)
        let target = column * rows - range.lowerBound
        for row in 0..<rows {
          let element = (matrix * rows + row) * columns + first
          tensor.writeCodes(element..<element + count, to: start, as: UInt8.self)
          for place in 0..<count { bytes[target + place * rows + row] = line[place] }
        }
        column += count
      }
    }
  }
}

extension QuantizedTensor {
  /// The codes with the last two axes exchanged.
  package var transposedCodes: Tensor {
    var sizes = source.sizes
    sizes.swapAt(sizes.count - 2, sizes.count - 1)
    return Tensor(encoding.element, sizes, .computed(TransposedCodes(self)))
  }
}
