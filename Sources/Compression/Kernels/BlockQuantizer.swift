import Glibc

/// Quantizes one block of 128 columns at a time, 8 by 8, as ONNX Runtime's 4-bit quantizer does.
///
/// With the range's ends extended to 0: scale = (max − min) / (2ᵇ − 1), zero point = ⌊−min / scale + ½⌋. Around a fixed
/// zero point: scale = a / −2ᵇ⁻¹, where a is the number of the greatest magnitude, the least one if there are two.
/// Codes are ⌊x · (1 / scale) + zero point + ½⌋ within 0 … 2ᵇ − 1.
struct BlockQuantizer: ~Copyable {
  /// Eight columns: what the kernels need of them fits the registers of any processor.
  typealias Floats = SIMD8<Float>
  typealias Words = SIMD8<UInt32>

  /// The columns of a vector.
  static let lanes = 8

  let matrix: BlockMatrix
  /// The numbers of the block: `[size][128]`.
  private let tile: UnsafeMutableBufferPointer<Float>
  /// The codes, packed from the lowest bits up: `[size · bits / 32][8]`.
  private let words: UnsafeMutableBufferPointer<Words>
  /// Rows that the matrix has.
  private var count = 0
  /// What stands beside the last code of an odd number of them, in the high half of its byte.
  ///
  /// Nobody reads it. It is what ONNX Runtime leaves there, so that files can be compared: the code of the row before,
  /// of the block before where that is the first of a pair, and 0 where there is none.
  private var fillers = Array(repeating: Words(repeating: 0), count: BlockMatrix.width / lanes)
  private var block = 0
  private var column = 0
  /// Which 8 of the columns the rest is about.
  private var group = 0
  private(set) var scale = Floats(repeating: 0)
  private(set) var zeroPoint = Floats(repeating: 0)
  private let greatest: Float
  private let middle: Float

  init(_ matrix: BlockMatrix) {
    self.matrix = matrix
    tile = .allocate(capacity: matrix.encoding.size * BlockMatrix.width)
    words = .allocate(capacity: matrix.encoding.size * matrix.encoding.bits / 32)
    words.initialize(repeating: Words(repeating: 0))
    greatest = Float(1 << matrix.encoding.bits - 1)
    middle = Float(1 << (matrix.encoding.bits - 1))
  }

  deinit {
    tile.deallocate()
    words.deallocate()
  }

  /// Takes a block of up to 128 columns in.
  mutating func load(block: Int, column: Int) {
    (self.block, self.column) = (block, column)
    count = matrix.load(block: block, column: column, to: tile)
  }

  /// Turns to 8 of the columns: their parameters, and on request their codes.
  mutating func quantize(_ group: Int, wantsCodes: Bool) {
    self.group = group
    if let known = matrix.parameters {
      let place = known.place(block: block, column: column + group * Self.lanes)
      (scale, zeroPoint) = (known.scales[place], known.zeroPoints[place])
    } else {
      chooseParameters()
      if matrix.encoding.zeroPoints == .floats { fitZeroPoints() }
    }
    if wantsCodes { makeCodes() }
  }

  @inline(__always)
  private func numbers(_ row: Int) -> Floats {
    let place = row &* BlockMatrix.width &+ group &* Self.lanes
    return UnsafeRawPointer(tile.baseAddress!).loadUnaligned(fromByteOffset: place &* 4, as: Floats.self)
  }

  private mutating func chooseParameters() {
    var low = numbers(0)
    var high = low
    for row in 1..<max(count, 1) {
      let x = numbers(row)
      low.replace(with: x, where: x .< low)
      high.replace(with: x, where: x .> high)
    }
    if matrix.encoding.zeroPoints == .fixed {
      let isHigh = Self.magnitude(high) .> Self.magnitude(low)
      scale = low.replacing(with: high, where: isHigh) / Floats(repeating: -middle)
      zeroPoint = Floats(repeating: middle)
      return
    }
    let nothing = Floats(repeating: 0)
    low.replace(with: nothing, where: low .> 0)
    high.replace(with: nothing, where: high .< 0)
    scale = (high - low) / Floats(repeating: greatest)
    var zero = (nothing - low) / scale
    zero.replace(with: nothing, where: scale .== 0)
    zeroPoint = Self.floor(Self.kept(zero + 0.5, greatest))
  }

  @inline(__always)
  private static func magnitude(_ numbers: Floats) -> Floats {
    unsafeBitCast(unsafeBitCast(numbers, to: Words.self) & 0x7FFF_FFFF, to: Floats.self)
  }

  /// The numbers within what codes can be; no number becomes 0.
  @inline(__always)
  private static func kept(_ numbers: Floats, _ greatest: Float) -> Floats {
    let nothing = Floats(repeating: 0)
    let most = Floats(repeating: greatest)
    let kept = nothing.replacing(with: numbers, where: numbers .> 0)
    return most.replacing(with: kept, where: kept .< most)
  }

  /// The greatest integers that are not above numbers from 0 to 2²².
  @inline(__always)
  private static func floor(_ numbers: Floats) -> Floats {
    let nearest = (numbers + 12_582_912) - 12_582_912
    return nearest - Floats(repeating: 0).replacing(with: 1, where: nearest .> numbers)
  }

  /// How the eight columns become codes.
  private struct Coding {
    let scale: Floats
    /// 1 / scale, and 0 for no scale.
    let reciprocal: Floats
    let zeroPoint: Floats
    let greatest: Float

    init(_ scale: Floats, _ zeroPoint: Floats, _ greatest: Float) {
      (self.scale, self.zeroPoint, self.greatest) = (scale, zeroPoint, greatest)
      reciprocal = (Floats(repeating: 1) / scale).replacing(with: 0, where: scale .== 0)
    }

    @inline(__always)
    func code(_ x: Floats) -> Floats { floor(kept(x * reciprocal + zeroPoint + 0.5, greatest)) }

    /// The codes as integers: 0 … 255 stand in the low byte of the sum.
    @inline(__always)
    func bits(_ x: Floats) -> Words { unsafeBitCast(code(x) + 8_388_608, to: Words.self) & 0xFF }

    /// What coding changes.
    @inline(__always)
    func error(_ x: Floats) -> Floats { (code(x) - zeroPoint) * scale - x }
  }

  private var coding: Coding { Coding(scale, zeroPoint, greatest) }

  /// Makes the words of the codes; rows that the matrix lacks have code 0.
  private mutating func makeCodes() {
    let coding = coding
    let bits = matrix.encoding.bits
    let perWord = 32 / bits
    let lacksHalf = bits == 4 && !count.isMultiple(of: 2)
    for index in words.indices {
      let first = index * perWord
      var row = min(first + perWord, count)
      var word = lacksHalf && row == count && row > first ? filler : Words()
      while row > first {
        row -= 1
        word = word &<< Words(repeating: UInt32(bits)) | coding.bits(numbers(row))
      }
      words[index] = word
    }
    // The last row of a whole block.
    fillers[group] = words[words.count - 1] &>> 28
  }

  /// What stands beside the last of an odd number of codes.
  private var filler: Words {
    count > 2 ? coding.bits(numbers(count - 2)) : block.isMultiple(of: 2) ? Words() : fillers[group]
  }

  /// Writes the codes of a column.
  @inline(__always)
  func writeCodes(_ lane: Int, to bytes: UnsafeMutableRawPointer) {
    for index in words.indices {
      bytes.storeBytes(of: words[index][lane].littleEndian, toByteOffset: index * 4, as: UInt32.self)
    }
  }

  /// Writes the zero point of a column's block among those of its blocks, which are 0 before.
  func writeZeroPoint(_ lane: Int, block: Int, to bytes: UnsafeMutableRawPointer) {
    if matrix.encoding.zeroPoints == .floats {
      bytes.storeBytes(of: zeroPoint[lane], toByteOffset: block * 4, as: Float.self)
      return
    }
    let line = UnsafeMutableRawBufferPointer(start: bytes, count: matrix.zeroBytes)
    Self.write(UInt8(zeroPoint[lane]), block: block, of: matrix, to: line)
  }

  /// Writes the zero point of a block among those of its column, which are 0 before.
  static func write(_ zero: UInt8, block: Int, of matrix: BlockMatrix, to bytes: UnsafeMutableRawBufferPointer) {
    let bits = block * matrix.encoding.bits
    bytes[bits / 8] |= zero << UInt8(bits % 8)
    // The place beside the last of an odd number has the middle of the codes.
    let isLast = block == matrix.blocks - 1
    if isLast, matrix.encoding.bits == 4, block.isMultiple(of: 2) { bytes[bits / 8] |= 0x80 }
  }

  /// The power of the block and of its errors; `nil` where a number is not finite.
  func power() -> SignalPower? {
    let coding = coding
    var signal = Floats(repeating: 0)
    var noise = Floats(repeating: 0)
    for row in 0..<count {
      let x = numbers(row)
      let error = coding.error(x)
      signal += x * x
      noise += error * error
    }
    let power = SignalPower(signal: Double(signal.sum()), noise: Double(noise.sum()))
    return power.signal.isFinite || isFinite ? power : nil
  }

  /// Whether all numbers are finite: 0 · x is 0 for those alone.
  private var isFinite: Bool {
    var nothing = Floats(repeating: 0)
    for row in 0..<count { nothing += numbers(row) * 0 }
    return nothing.sum() == 0
  }

  // MARK: - Half-quadratic quantization

  /// Moves the zero points to where the errors are least by a norm that forgives outliers.
  ///
  /// Badri and Shaji, "Half-Quadratic Quantization of Large Machine Learning Models", 2023: with p = 0.7, β = 10 and
  /// κ = 1.01, at most 20 rounds of W_e = shrink(W − W_r, β), z = mean(W_q − (W − W_e) / s).
  private mutating func fitZeroPoints() {
    let start = zeroPoint
    var best = (scale: scale, zero: start)
    var bestError = squaredError()
    let whole = scale
    for share in Self.scaleShares {
      scale = whole * share
      fitZeroPoints(from: start / share, &best, &bestError)
    }
    (scale, zeroPoint) = best
  }

  /// Scales that are tried, as shares of the one that reaches over the whole range: a narrower one clips outliers.
  private static let scaleShares: [Float] = [1, 0.95, 0.9, 0.85]

  private mutating func fitZeroPoints(
    from start: Floats, _ best: inout (scale: Floats, zero: Floats), _ bestError: inout Floats
  ) {
    let reciprocal = coding.reciprocal
    zeroPoint = start
    var beta: Float = 10
    var last = Float.infinity
    for _ in 0..<20 {
      var sum = Floats(repeating: 0)
      var error = Floats(repeating: 0)
      for row in 0..<count {
        let x = numbers(row)
        let code = Self.nearest(Self.kept(x * reciprocal + zeroPoint, greatest))
        let rebuilt = (code - zeroPoint) * scale
        let difference = x - rebuilt
        error += Self.magnitude(difference)
        sum += code - (x - Self.shrink(difference, beta)) * reciprocal
      }
      let mean = error.sum()
      guard mean < last else { break }
      last = mean
      zeroPoint = sum / Floats(repeating: Float(count))
      zeroPoint.replace(with: start, where: scale .== 0)
      beta *= 1.01
      let squared = squaredError()
      let isBetter = squared .< bestError
      best.scale.replace(with: scale, where: isBetter)
      best.zero.replace(with: zeroPoint, where: isBetter)
      bestError.replace(with: squared, where: isBetter)
    }
  }

  private func squaredError() -> Floats {
    let coding = coding
    var sum = Floats(repeating: 0)
    for row in 0..<count {
      let error = coding.error(numbers(row))
      sum += error * error
    }
    return sum
  }

  @inline(__always)
  private static func nearest(_ numbers: Floats) -> Floats { (numbers + 12_582_912) - 12_582_912 }

  /// sign(x) · max(|x| − |x|^(p−1) / β, 0) with p = 0.7.
  private static func shrink(_ numbers: Floats, _ beta: Float) -> Floats {
    var shrunk = Floats(repeating: 0)
    // |x|^1.3 is below 1 / β then, for every β that there is.
    if magnitude(numbers).max() < 0.14 { return shrunk }
    for lane in 0..<lanes {
      let magnitude = numbers[lane].magnitude
      guard magnitude > 0 else { continue }
      let rest = magnitude - powf(magnitude, -0.3) / beta
      if rest > 0 { shrunk[lane] = numbers[lane] < 0 ? -rest : rest }
    }
    return shrunk
  }
}
