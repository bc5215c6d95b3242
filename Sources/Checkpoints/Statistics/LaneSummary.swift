/// The statistics of one block by vectors, of the width that the registers of any processor have.
struct LaneSummary {
  private typealias Floats = SIMD4<Float>

  /// The magnitudes whose squares single precision holds without loss.
  private static var safe: ClosedRange<Float> { 1e-15...1e15 }

  /// The elements whose sums are of single precision; those are added in double precision, so that none grows long.
  private static var part: Int { 512 }

  private let pivots: Floats
  private var least = Floats(repeating: .infinity)
  private var most = Floats(repeating: -.infinity)
  private var sums = Floats()
  private var squares = Floats()
  private var zeros = SIMD4<Int32>()

  private init(pivot: Float) { pivots = Floats(repeating: pivot) }

  @inline(__always)
  private mutating func bound(_ values: Floats) {
    least.replace(with: values, where: values .< least)
    most.replace(with: values, where: values .> most)
    // A lane of a mask is −1 where it holds.
    zeros &-= unsafeBitCast(values .== 0, to: SIMD4<Int32>.self)
  }

  /// Adds so many numbers, a multiple of 8.
  @inline(__always)
  private mutating func add(_ numbers: UnsafeRawPointer, count: Int) {
    for index in stride(from: 0, to: count, by: 8) {
      let first = numbers.loadUnaligned(fromByteOffset: index &* 4, as: Floats.self)
      let second = numbers.loadUnaligned(fromByteOffset: index &* 4 &+ 16, as: Floats.self)
      bound(first)
      bound(second)
      let (left, right) = (first - pivots, second - pivots)
      sums += left + right
      squares += left * left + right * right
    }
  }

  /// The statistics; `nil` where the block holds what is not finite, or so large or so small that squares are lost.
  ///
  /// - Precondition: the block has a multiple of 8 elements.
  static func of<Unpacking: FloatUnpacking>(
    _ block: UnsafeRawBufferPointer, _: Unpacking.Type
  ) -> TensorStatistics? {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: part) { room in
      guard let start = block.baseAddress, let room = room.baseAddress else { return TensorStatistics() }
      let pivot = Unpacking.floats(start, count: 1, room: room).loadUnaligned(as: Float.self)
      var lanes = LaneSummary(pivot: pivot)
      var (sum, square) = (0.0, 0.0)
      let count = block.count / Unpacking.width
      for index in stride(from: 0, to: count, by: part) {
        let present = min(part, count - index)
        lanes.add(Unpacking.floats(start + index * Unpacking.width, count: present, room: room), count: present)
        sum += Double(lanes.sums.sum())
        square += Double(lanes.squares.sum())
        lanes.sums = Floats()
        lanes.squares = Floats()
      }
      let (minimum, maximum) = (lanes.least.min(), lanes.most.max())
      let magnitude = max(abs(minimum), abs(maximum))
      guard sum.isFinite, square.isFinite, magnitude < Unpacking.limit, magnitude == 0 || safe.contains(magnitude)
      else { return nil }
      var result = TensorStatistics()
      result.count = count
      result.minimum = Double(minimum)
      result.maximum = Double(maximum)
      let mean = sum / Double(count)
      result.mean = Double(pivot) + mean
      result.squares = max(0, square - sum * mean)
      result.zeroCount = Int(lanes.zeros.wrappedSum())
      return result
    }
  }
}
