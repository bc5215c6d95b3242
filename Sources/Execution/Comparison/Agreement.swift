import Glibc

/// How near one tensor's numbers are to another's, over any number of pairs of tensors.
///
/// Positions where a number is not finite count as equal where both have the same, and are told apart where not; sums are
/// over the others.
package struct Agreement: Sendable {
  /// The number of pairs of elements.
  package private(set) var count = 0
  /// Pairs of which one is NaN or infinite, and the other is not the same.
  package private(set) var nonFiniteCount = 0
  /// max |x − y|.
  package private(set) var largestDifference = 0.0
  private var squaresOfX = 0.0
  private var squaresOfY = 0.0
  private var products = 0.0
  private var squaresOfDifference = 0.0

  package init() {}

  /// The signal-to-quantization-noise ratio 20 · log₁₀(‖x‖ / ‖x − y‖) in dB; infinite where all are equal.
  ///
  /// `nil` where it has no value: where x is 0 and y is not, and where numbers that are not finite differ.
  package var sqnr: Double? {
    if nonFiniteCount > 0 { return nil }
    if squaresOfDifference == 0 { return .infinity }
    return squaresOfX > 0 ? 10 * log10(squaresOfX / squaresOfDifference) : nil
  }

  /// ⟨x, y⟩ / (‖x‖ · ‖y‖); `nil` where one of them is 0.
  package var cosine: Double? {
    let norms = (squaresOfX * squaresOfY).squareRoot()
    return norms > 0 && norms.isFinite ? products / norms : nil
  }

  /// Whether all pairs are equal.
  package var isEqual: Bool { nonFiniteCount == 0 && largestDifference == 0 }

  /// Adds pairs of 32-bit floats.
  package mutating func add(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) {
    add(min(x.count, y.count)) { (Double(x[$0]), Double(y[$0])) }
  }

  /// Adds pairs of numbers.
  package mutating func add(_ x: [Double], _ y: [Double]) {
    add(min(x.count, y.count)) { (x[$0], y[$0]) }
  }

  @inline(__always)
  private mutating func add(_ pairs: Int, _ pair: (Int) -> (Double, Double)) {
    var (xx, yy, xy, dd, largest) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in 0..<pairs {
      let (x, y) = pair(index)
      let difference = x - y
      guard difference.isFinite else {
        if !(x == y || x.isNaN && y.isNaN) { nonFiniteCount += 1 }
        continue
      }
      xx += x * x
      yy += y * y
      xy += x * y
      dd += difference * difference
      largest = max(largest, difference.magnitude)
    }
    count += pairs
    squaresOfX += xx
    squaresOfY += yy
    products += xy
    squaresOfDifference += dd
    largestDifference = max(largestDifference, largest)
  }
}
