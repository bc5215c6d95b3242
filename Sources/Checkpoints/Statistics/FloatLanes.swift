/// Floating-point elements as vectors of single-precision numbers, in whatever order is quickest.
protocol FloatLanes {
  /// The elements that `load` takes at once.
  static var elementCount: Int { get }
  static var width: Int { get }
  /// The magnitude from which on an element stands for no finite number.
  static var limit: Float { get }
  /// Passes the elements at an offset, sixteen at a time.
  static func load(_ bytes: UnsafeRawPointer, _ body: (SIMD16<Float>) -> Void)
  /// The first element.
  static func first(_ bytes: UnsafeRawPointer) -> Float
}

enum Float32Lanes: FloatLanes {
  static var elementCount: Int { 16 }
  static var width: Int { 4 }
  static var limit: Float { .infinity }

  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, _ body: (SIMD16<Float>) -> Void) {
    body(bytes.loadUnaligned(as: SIMD16<Float>.self))
  }

  static func first(_ bytes: UnsafeRawPointer) -> Float { bytes.loadUnaligned(as: Float.self) }
}

/// The upper halves of single-precision numbers: two elements are one 32-bit word.
enum BFloat16Lanes: FloatLanes {
  static var elementCount: Int { 32 }
  static var width: Int { 2 }
  static var limit: Float { .infinity }

  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, _ body: (SIMD16<Float>) -> Void) {
    let words = bytes.loadUnaligned(as: SIMD16<UInt32>.self)
    body(unsafeBitCast(words &<< 16, to: SIMD16<Float>.self))
    body(unsafeBitCast(words & 0xFFFF_0000, to: SIMD16<Float>.self))
  }

  static func first(_ bytes: UnsafeRawPointer) -> Float {
    Float(bitPattern: UInt32(bytes.loadUnaligned(as: UInt16.self)) << 16)
  }
}

/// Half precision: exponent and fraction moved to where single precision has them.
///
/// The result is scaled by the difference of the biases, 2¹¹². What has all exponent bits set comes to 65,536 and more.
enum Float16Lanes: FloatLanes {
  static var elementCount: Int { 32 }
  static var width: Int { 2 }
  static var limit: Float { 65_536 }

  @inline(__always)
  private static func widen(_ words: SIMD16<UInt32>) -> SIMD16<Float> {
    let magnitude = (words & 0x7FFF) &<< 13
    let scaled = unsafeBitCast(magnitude, to: SIMD16<Float>.self) * Float(bitPattern: 0x7780_0000)
    let sign = (words & 0x8000) &<< 16
    return unsafeBitCast(unsafeBitCast(scaled, to: SIMD16<UInt32>.self) | sign, to: SIMD16<Float>.self)
  }

  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, _ body: (SIMD16<Float>) -> Void) {
    let words = bytes.loadUnaligned(as: SIMD16<UInt32>.self)
    body(widen(words & 0xFFFF))
    body(widen(words &>> 16))
  }

  static func first(_ bytes: UnsafeRawPointer) -> Float {
    widen(SIMD16(repeating: UInt32(bytes.loadUnaligned(as: UInt16.self))))[0]
  }
}

/// The statistics of one block by vectors.
enum LaneSummary<Lanes: FloatLanes> {
  /// The magnitudes whose squares single precision holds without loss.
  private static var safe: ClosedRange<Float> { 1e-15...1e15 }

  /// The statistics; `nil` where the block holds what is not finite, or so large or so small that squares are lost.
  static func of(_ block: UnsafeRawBufferPointer) -> TensorStatistics? {
    guard let start = block.baseAddress else { return TensorStatistics() }
    let pivot = Lanes.first(start)
    let pivots = SIMD16<Float>(repeating: pivot)
    var least = SIMD16<Float>(repeating: .infinity)
    var most = SIMD16<Float>(repeating: -.infinity)
    var sums = SIMD16<Float>()
    var squares = SIMD16<Float>()
    var zeros = SIMD16<Int32>()
    var (sum, square) = (0.0, 0.0)
    let count = block.count / Lanes.width
    var index = 0
    // A few sums of single precision are added in double precision, so that none grows long.
    let part = 32 * Lanes.elementCount
    while index < count {
      let end = min(index + part, count)
      while index < end {
        Lanes.load(start + index * Lanes.width) { values in
          least.replace(with: values, where: values .< least)
          most.replace(with: values, where: values .> most)
          zeros.replace(with: zeros &+ 1, where: values .== 0)
          let distance = values - pivots
          sums += distance
          squares += distance * distance
        }
        index += Lanes.elementCount
      }
      sum += Double(sums.sum())
      square += Double(squares.sum())
      sums = SIMD16()
      squares = SIMD16()
    }
    let (minimum, maximum) = (least.min(), most.max())
    let magnitude = max(abs(minimum), abs(maximum))
    guard sum.isFinite, square.isFinite, magnitude < Lanes.limit, magnitude == 0 || safe.contains(magnitude) else {
      return nil
    }
    var result = TensorStatistics()
    result.count = count
    result.minimum = Double(minimum)
    result.maximum = Double(maximum)
    let mean = sum / Double(count)
    result.mean = Double(pivot) + mean
    result.squares = max(0, square - sum * mean)
    result.zeroCount = Int(zeros.wrappedSum())
    return result
  }
}
