import Tensors

/// One of the tensors that a matrix in blocks is stored as.
struct BlockElements: ElementSource {
  enum Part: Sendable { case codes, scales, zeroPoints }

  private let matrix: BlockMatrix
  private let part: Part

  init(_ matrix: BlockMatrix, _ part: Part) {
    self.matrix = matrix
    self.part = part
  }

  /// Bytes of a column.
  private var columnBytes: Int {
    switch part {
    case .codes: matrix.codeBytes
    case .scales: matrix.blocks * 4
    case .zeroPoints: matrix.encoding.zeroPoints == .floats ? matrix.blocks * 4 : matrix.zeroBytes
    }
  }

  var byteCount: Int { columnBytes * matrix.columns }

  var granule: Int { columnBytes * BlockMatrix.width }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    guard columnBytes > 0, let start = bytes.baseAddress else { return }
    let first = range.lowerBound / columnBytes
    let last = range.upperBound / columnBytes
    var quantizer = BlockQuantizer(matrix)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    var column = first
    while column < last {
      let count = min(BlockMatrix.width, last - column)
      for block in 0..<matrix.blocks {
        quantizer.quantize(block: block, column: column, codes: part == .codes)
        for lane in 0..<count {
          let place = start + (column - first + lane) * columnBytes
          switch part {
          case .codes: quantizer.writeCodes(lane, to: place + block * matrix.encoding.size * matrix.encoding.bits / 8)
          case .scales:
            place.storeBytes(of: quantizer.scale[lane], toByteOffset: block * 4, as: Float.self)
          case .zeroPoints: quantizer.writeZeroPoint(lane, block: block, to: place)
          }
        }
      }
      column += count
    }
  }
}
