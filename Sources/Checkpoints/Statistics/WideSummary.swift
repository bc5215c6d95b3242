/// Elements that double precision takes, one by one.
protocol WideNumber {
  /// The bytes of an element.
  static var width: Int { get }
  /// The element at an index, where it is aligned to nothing.
  static func number(_ bytes: UnsafeRawPointer, _ index: Int) -> Double
}

enum Float64Number: WideNumber {
  static var width: Int { 8 }

  @inline(__always)
  static func number(_ bytes: UnsafeRawPointer, _ index: Int) -> Double {
    bytes.loadUnaligned(fromByteOffset: index &* 8, as: Double.self)
  }
}

enum Integer<Word: FixedWidthInteger & BitwiseCopyable>: WideNumber {
  static var width: Int { MemoryLayout<Word>.size }

  @inline(__always)
  static func number(_ bytes: UnsafeRawPointer, _ index: Int) -> Double {
    Double(bytes.loadUnaligned(fromByteOffset: index &* width, as: Word.self))
  }
}

/// The statistics of one block in double precision, four elements at a time.
enum WideSummary {
  private typealias Numbers = SIMD4<Double>

  /// The magnitudes whose squares double precision holds without loss.
  private static var safe: ClosedRange<Double> { 1e-140...1e140 }

  /// The statistics; `nil` where the block holds what is not finite, or so large or so small that squares are lost.
  static func of<Number: WideNumber>(_ block: UnsafeRawBufferPointer, _: Number.Type) -> TensorStatistics? {
    guard let start = block.baseAddress, block.count >= Number.width else { return TensorStatistics() }
    let count = block.count / Number.width
    let pivot = Number.number(start, 0)
    let pivots = Numbers(repeating: pivot)
    var (least, most) = (Numbers(repeating: .infinity), Numbers(repeating: -.infinity))
    var (sums, squares, zeros) = (Numbers(), Numbers(), SIMD4<Int64>())
    @inline(__always) func add(_ numbers: Numbers, _ counted: SIMD4<Int64>) {
      least.replace(with: numbers, where: numbers .< least)
      most.replace(with: numbers, where: numbers .> most)
      // A lane of a mask is −1 where it holds.
      zeros &-= unsafeBitCast(numbers .== 0, to: SIMD4<Int64>.self) & counted
      let distances = numbers - pivots
      sums += distances
      squares += distances * distances
    }
    var index = 0
    while index &+ 4 <= count {
      add(
        Numbers(
          Number.number(start, index), Number.number(start, index &+ 1), Number.number(start, index &+ 2),
          Number.number(start, index &+ 3)), SIMD4(repeating: -1))
      index &+= 4
    }
    while index < count {
      // The pivot beside it adds nothing to sums, and nothing to the bounds.
      add(Numbers(Number.number(start, index), pivot, pivot, pivot), SIMD4(-1, 0, 0, 0))
      index &+= 1
    }
    let (minimum, maximum) = (least.min(), most.max())
    let (sum, square) = (sums.sum(), squares.sum())
    let magnitude = max(abs(minimum), abs(maximum))
    guard sum.isFinite, square.isFinite, magnitude == 0 || safe.contains(magnitude) else { return nil }
    var result = TensorStatistics()
    result.count = count
    result.minimum = minimum
    result.maximum = maximum
    let mean = sum / Double(count)
    result.mean = pivot + mean
    result.squares = max(0, square - sum * mean)
    result.zeroCount = Int(zeros.wrappedSum())
    return result
  }
}
