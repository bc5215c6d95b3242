package import Tensors

/// A matrix whose columns are cut in blocks, each with a scale and a zero point of its own, as MatMulNBits takes it.
///
/// Codes are computed when they are asked for; scales and zero points are kept once the matrix has been measured.
package struct BlockMatrix: Sendable {
  /// The stored tensor: `[K, N]`, or `[N, K]` where it is transposed.
  package let source: Tensor
  package let isTransposed: Bool
  /// K, the axis that is summed over, and N.
  package let rows: Int
  package let columns: Int
  package let encoding: BlockEncoding
  /// The scales and zero points, once they are known.
  private(set) var parameters: Parameters?

  /// Scales and zero points, `[blocks, groups]` each, where a group is of eight columns, the last of as many as there are.
  struct Parameters: Sendable {
    let groups: Int
    let scales: [BlockQuantizer.Floats]
    let zeroPoints: [BlockQuantizer.Floats]

    func place(block: Int, column: Int) -> Int { block * groups + column / BlockQuantizer.lanes }
  }

  /// Columns that are read together.
  static let width = 128

  /// `nil` where the tensor is no matrix of floats.
  package init?(_ source: Tensor, isTransposed: Bool, _ encoding: BlockEncoding) {
    guard source.sizes.count == 2, source.element.isFloatingPoint, (source.element.bitWidth ?? 0) >= 8,
      source.sizes.allSatisfy({ $0 > 0 }),
      source.sizes[0].multipliedReportingOverflow(by: source.sizes[1]).overflow == false,
      source.byteCount == source.element.byteCount(of: source.sizes[0] * source.sizes[1])
    else { return nil }
    self.source = source
    self.isTransposed = isTransposed
    rows = source.sizes[isTransposed ? 1 : 0]
    columns = source.sizes[isTransposed ? 0 : 1]
    self.encoding = encoding
  }

  /// Blocks of a column.
  package var blocks: Int { (rows + encoding.size - 1) / encoding.size }

  /// The bytes of a matrix of so many rows and columns; `nil` where it cannot have them.
  package static func byteCount(rows: Int, columns: Int, _ encoding: BlockEncoding) -> Int? {
    guard rows > 0, columns > 0 else { return nil }
    let blocks = (rows - 1) / encoding.size + 1
    let zero =
      switch encoding.zeroPoints {
      case .fixed: 0
      case .integers: (blocks * encoding.bits + 7) / 8
      case .floats: blocks * 4
      }
    let (column, overflow) = blocks.multipliedReportingOverflow(by: encoding.size * encoding.bits / 8 + 4)
    let (bytes, isTooMany) = columns.multipliedReportingOverflow(by: column + zero)
    return overflow || isTooMany ? nil : bytes
  }

  /// Bytes of the codes of a column.
  var codeBytes: Int { blocks * encoding.size * encoding.bits / 8 }

  /// Bytes of the zero points of a column.
  var zeroBytes: Int { (blocks * encoding.bits + 7) / 8 }

  // MARK: - What a file stores

  /// The codes as bytes: `[N, blocks, size · bits / 8]`.
  package var codes: Tensor {
    Tensor(.u8, [columns, blocks, encoding.size * encoding.bits / 8], .computed(BlockElements(self, .codes)))
  }

  /// The scales: `[N, blocks]`.
  package var scales: Tensor { Tensor(.f32, [columns, blocks], .computed(BlockElements(self, .scales))) }

  /// The zero points: packed integers `[N, ⌈blocks · bits / 8⌉]`, or floats `[N, blocks]`; `nil` for fixed ones.
  package var zeroPoints: Tensor? {
    switch encoding.zeroPoints {
    case .fixed: nil
    case .integers: Tensor(.u8, [columns, zeroBytes], .computed(BlockElements(self, .zeroPoints)))
    case .floats: Tensor(.f32, [columns, blocks], .computed(BlockElements(self, .zeroPoints)))
    }
  }

  // MARK: - Reading

  /// The numbers of one block of up to 128 columns: `[size][128]`, 0 where the matrix has no column.
  ///
  /// - Returns: how many rows of the block the matrix has.
  func load(block: Int, column: Int, to tile: UnsafeMutableBufferPointer<Float>) -> Int {
    let first = block * encoding.size
    let count = min(encoding.size, rows - first)
    let present = min(Self.width, columns - column)
    guard let base = tile.baseAddress, count > 0, present > 0 else { return max(count, 0) }
    if present < Self.width { base.update(repeating: 0, count: count * Self.width) }
    if isTransposed {
      for lane in 0..<present {
        let start = (column + lane) * rows + first
        source.withFloats(start..<start + count) { numbers in
          for row in 0..<min(count, numbers.count / 4) {
            base[row * Self.width + lane] = numbers.loadUnaligned(fromByteOffset: row * 4, as: Float.self)
          }
        }
      }
    } else if source.hasFloatsInPlace {
      let start = first * columns + column
      source.withFloats(start..<start + (count - 1) * columns + present) { numbers in
        guard let line = numbers.baseAddress else { return }
        for row in 0..<count {
          UnsafeMutableRawPointer(base + row * Self.width).copyMemory(
            from: line + row * columns * 4, byteCount: present * 4)
        }
      }
    } else {
      for row in 0..<count {
        let start = (first + row) * columns + column
        source.withFloats(start..<start + present) { numbers in
          guard let line = numbers.baseAddress else { return }
          UnsafeMutableRawPointer(base + row * Self.width).copyMemory(from: line, byteCount: numbers.count)
        }
      }
    }
    return count
  }

  /// The matrix with its scales and zero points, how loud it is, and what the codes change in it.
  ///
  /// - Throws: where a number is not finite.
  package func measured() throws(TensorRefusal) -> (matrix: BlockMatrix, power: SignalPower) {
    let tiles = blocks * tilesPerBlock
    let tasks = min(tiles, Parallel.width * 8)
    let groups = (columns + BlockQuantizer.lanes - 1) / BlockQuantizer.lanes
    var scales = Array(repeating: BlockQuantizer.Floats(), count: blocks * groups)
    var zeroPoints = scales
    let powers = scales.withUnsafeMutableBufferPointer { scales in
      zeroPoints.withUnsafeMutableBufferPointer { zeroPoints in
        // Every tile has places of its own.
        nonisolated(unsafe) let (scales, zeroPoints) = (scales, zeroPoints)
        return Parallel.map(tasks) { task in
          measure(tiles * task / tasks..<tiles * (task + 1) / tasks) { block, column, scale, zeroPoint in
            let place = block * groups + column / BlockQuantizer.lanes
            (scales[place], zeroPoints[place]) = (scale, zeroPoint)
          }
        }
      }
    }
    var power = SignalPower()
    for part in powers {
      guard let part else { throw .notFinite }
      power += part
    }
    var matrix = self
    matrix.parameters = Parameters(groups: groups, scales: scales, zeroPoints: zeroPoints)
    return (matrix, power)
  }

  private var tilesPerBlock: Int { (columns + Self.width - 1) / Self.width }

  /// Passes the parameters of some tiles on; a tile is a block of up to 128 columns, and they are in the order of the file.
  ///
  /// - Returns: the power of the tiles; `nil` where a number is not finite.
  private func measure(
    _ tiles: Range<Int>, _ body: (Int, Int, BlockQuantizer.Floats, BlockQuantizer.Floats) -> Void
  ) -> SignalPower? {
    var power = SignalPower()
    var quantizer = BlockQuantizer(self)
    for tile in tiles {
      let block = isTransposed ? tile % blocks : tile / tilesPerBlock
      let first = (isTransposed ? tile / blocks : tile % tilesPerBlock) * Self.width
      quantizer.load(block: block, column: first)
      for group in 0..<Self.width / BlockQuantizer.lanes {
        let column = first + group * BlockQuantizer.lanes
        guard column < columns else { break }
        quantizer.quantize(group, wantsCodes: false)
        guard let part = quantizer.power() else { return nil }
        power += part
        body(block, column, quantizer.scale, quantizer.zeroPoint)
      }
    }
    return power
  }
}

extension WeightEncoding {
  /// The encoding as MatMulNBits has it; `nil` where it has none.
  package var inBlocks: BlockEncoding? {
    guard case .blocks(_, let size) = granularity, let bits = element.bitWidth, [4, 8].contains(bits) else {
      return nil
    }
    return BlockEncoding(
      bits: bits, size: size, zeroPoints: method == .hqq ? .floats : isSymmetric ? .fixed : .integers)
  }
}

/// How the blocks of a matrix are stored.
package struct BlockEncoding: Hashable, Sendable {
  package enum ZeroPoints: Hashable, Sendable {
    /// In the middle of the codes.
    case fixed
    case integers
    /// Fitted to the errors (HQQ).
    case floats
  }

  /// 4 or 8.
  package var bits: Int
  /// Elements of a block, a power of two from 16 on.
  package var size: Int
  package var zeroPoints: ZeroPoints

  package init(bits: Int, size: Int, zeroPoints: ZeroPoints) {
    (self.bits, self.size, self.zeroPoints) = (bits, size, zeroPoints)
  }
}
