/// Sums of numbers and of their squares, run by run.
struct MomentKernel: Sendable {
  private var counts: [Double]
  private var sums: [Double]
  private var squares: [Double]

  init(count: Int) {
    counts = Array(repeating: 0, count: count)
    sums = counts
    squares = counts
  }

  /// Takes `count` numbers in, into one run or into one each.
  mutating func add(_ numbers: UnsafeRawPointer, count: Int, parameter: Int, isVector: Bool) {
    for place in 0..<count {
      let index = isVector ? parameter + place : parameter
      let number = Double(numbers.loadUnaligned(fromByteOffset: place * 4, as: Float.self))
      counts[index] += 1
      sums[index] += number
      squares[index] += number * number
    }
  }

  mutating func merge(_ other: MomentKernel) {
    for index in sums.indices {
      counts[index] += other.counts[index]
      sums[index] += other.sums[index]
      squares[index] += other.squares[index]
    }
  }

  /// μ − kσ and μ + kσ of a run, σ over all of its numbers; `nil` of a run without numbers.
  func bounds(_ index: Int, deviations: Double) -> (low: Float, high: Float)? {
    guard counts[index] > 0 else { return nil }
    let mean = sums[index] / counts[index]
    let deviation = max(0, squares[index] / counts[index] - mean * mean).squareRoot()
    return (Float(mean - deviations * deviation), Float(mean + deviations * deviation))
  }
}
