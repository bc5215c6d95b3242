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
    if part != .codes, let parameters = matrix.parameters { return write(parameters, first..<last, to: bytes) }
    var quantizer = BlockQuantizer(matrix)
    if part == .zeroPoints { bytes.initializeMemory(as: UInt8.self, repeating: 0) }
    let lanes = BlockQuantizer.lanes
    for column in stride(from: first, to: last, by: BlockMatrix.width) {
      for block in 0..<matrix.blocks {
        quantizer.load(block: block, column: column)
        for group in 0..<BlockMatrix.width / lanes where column + group * lanes < last {
          quantizer.quantize(group, wantsCodes: part == .codes)
          for lane in 0..<min(lanes, last - column - group * lanes) {
            write(quantizer, lane, block: block, to: start + (column + group * lanes + lane - first) * columnBytes)
          }
        }
      }
    }
  }

  @inline(__always)
  private func write(_ quantizer: borrowing BlockQuantizer, _ lane: Int, block: Int, to place: UnsafeMutableRawPointer)
  {
    switch part {
    case .codes: quantizer.writeCodes(lane, to: place + block * matrix.encoding.size * matrix.encoding.bits / 8)
    case .scales: place.storeBytes(of: quantizer.scale[lane], toByteOffset: block * 4, as: Float.self)
    case .zeroPoints: quantizer.writeZeroPoint(lane, block: block, to: place)
    }
  }

  /// Writes scales or zero points that are known.
  private func write(
    _ parameters: BlockMatrix.Parameters, _ columns: Range<Int>, to bytes: UnsafeMutableRawBufferPointer
  ) {
    guard let start = bytes.baseAddress else { return }
    switch part {
    case .codes: break
    case .scales: Self.turn(parameters.scales, of: parameters, columns, matrix.blocks, to: start)
    case .zeroPoints where matrix.encoding.zeroPoints == .floats:
      Self.turn(parameters.zeroPoints, of: parameters, columns, matrix.blocks, to: start)
    case .zeroPoints:
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      for column in columns {
        let line = UnsafeMutableRawBufferPointer(
          rebasing: bytes[(column - columns.lowerBound) * columnBytes..<(column - columns.lowerBound + 1) * columnBytes]
        )
        for block in 0..<matrix.blocks {
          let zero = UInt8(
            parameters.zeroPoints[parameters.place(block: block, column: column)][column % BlockQuantizer.lanes])
          BlockQuantizer.write(zero, block: block, of: matrix, to: line)
        }
      }
    }
  }

  /// Writes some columns of `[blocks, columns]` as rows.
  private static func turn(
    _ numbers: [BlockQuantizer.Floats], of parameters: BlockMatrix.Parameters, _ columns: Range<Int>, _ blocks: Int,
    to bytes: UnsafeMutableRawPointer
  ) {
    let lanes = BlockQuantizer.lanes
    for block in 0..<blocks {
      for column in stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
        let group = numbers[parameters.place(block: block, column: column)]
        for lane in 0..<min(lanes, columns.upperBound - column) {
          let place = (column + lane - columns.lowerBound) * blocks + block
          bytes.storeBytes(of: group[lane], toByteOffset: place * 4, as: Float.self)
        }
      }
    }
  }
}
