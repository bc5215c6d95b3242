/// How often the numbers of a value fall into equal bins, counted as they come.
///
/// Bins are powers of two wide and begin at multiples of their width, so that 0 is a border. They get twice as wide, two by
/// two becoming one, when the numbers reach further than `limit` bins: what is counted depends on the numbers and not on their
/// order, 2,048 bins or more lie between the least and the greatest of them, and the memory does not grow.
package struct ValueHistogram: Hashable, Sendable {
  /// The most bins.
  package static let limit = 4096

  /// The least and the greatest finite number; 0 and 0 where there is none.
  package private(set) var minimum: Float = 0
  package private(set) var maximum: Float = 0
  /// How many numbers are 0, which stand in no bin.
  package private(set) var zeroCount = 0
  /// How many are NaN or infinite, which count nowhere else.
  package private(set) var nonFiniteCount = 0
  /// The sum of the squares of all finite numbers.
  package private(set) var squares = 0.0
  /// The sum of all finite numbers.
  package private(set) var sum = 0.0

  /// The numbers in each bin, in order.
  package private(set) var counts: [Int] = []
  /// The place of the first bin, counted from 0 in bins.
  package private(set) var first = 0
  /// The width of a bin is 2 to the power of this.
  private var exponent = Int.min

  package init() {}

  /// The width of a bin.
  package var width: Double { counts.isEmpty ? 0 : Double(sign: .plus, exponent: exponent, significand: 1) }

  /// The number in the middle of a bin.
  package func center(of bin: Int) -> Double { (Double(first + bin) + 0.5) * width }

  /// How many finite numbers there are.
  package var count: Int { counts.reduce(zeroCount, +) }

  /// Counts numbers.
  ///
  /// - Complexity: O(`numbers.count`)
  package mutating func add(_ numbers: UnsafeBufferPointer<Float>) {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for number in numbers where number.isFinite {
      if number < least { least = number }
      if number > greatest { greatest = number }
    }
    // Nothing is finite.
    guard least <= greatest else {
      nonFiniteCount += numbers.count
      return
    }
    let isFirst = counts.isEmpty && zeroCount == 0
    minimum = isFirst ? least : min(minimum, least)
    maximum = isFirst ? greatest : max(maximum, greatest)
    if least != 0 || greatest != 0 { reach(Double(least), Double(greatest)) }
    let scale = counts.isEmpty ? 0 : Double(sign: .plus, exponent: -exponent, significand: 1)
    let start = first
    var (zeros, others, squares, sum) = (0, 0, 0.0, 0.0)
    counts.withUnsafeMutableBufferPointer { counts in
      for number in numbers {
        if number == 0 {
          zeros += 1
        } else if number.isFinite {
          let value = Double(number)
          let scaled = value * scale
          // Rounded down; a function of the C library would take more time than all the rest.
          var place = Int(scaled)
          if Double(place) > scaled { place -= 1 }
          counts[place - start] += 1
          squares += value * value
          sum += value
        } else {
          others += 1
        }
      }
    }
    zeroCount += zeros
    nonFiniteCount += others
    self.squares += squares
    self.sum += sum
  }

  /// Makes bins for all numbers from `least` to `greatest`.
  private mutating func reach(_ least: Double, _ greatest: Double) {
    let isEmpty = counts.isEmpty
    // A float has 24 bits: narrower bins than those of its last one would tell nothing more.
    let finest = Int(max(least.magnitude, greatest.magnitude).exponent) - 23
    var range = isEmpty ? (least, greatest) : (min(least, lowest), max(greatest, highest))
    var exponent = isEmpty ? finest : max(self.exponent, finest)
    while Self.places(of: range, exponent).count > Self.limit { exponent += 1 }
    if isEmpty {
      self.exponent = exponent
      let places = Self.places(of: range, exponent)
      first = places.lowerBound
      counts = Array(repeating: 0, count: places.count)
      return
    }
    while self.exponent < exponent { merge() }
    range = (min(least, lowest), max(greatest, highest))
    let places = Self.places(of: range, exponent)
    if places.lowerBound < first {
      counts.insert(contentsOf: repeatElement(0, count: first - places.lowerBound), at: 0)
      first = places.lowerBound
    }
    let missing = places.upperBound - first - counts.count
    if missing > 0 { counts += repeatElement(0, count: missing) }
  }

  /// Numbers of the first and of the last bin.
  private var lowest: Double { center(of: 0) }
  private var highest: Double { center(of: counts.count - 1) }

  /// The places of the bins that a range of numbers falls into.
  private static func places(of range: (Double, Double), _ exponent: Int) -> Range<Int> {
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    return Int((range.0 * scale).rounded(.down))..<Int((range.1 * scale).rounded(.down)) + 1
  }

  /// Makes bins twice as wide.
  private mutating func merge() {
    let start = first >> 1
    var merged = [Int](repeating: 0, count: (first + counts.count - 1) >> 1 - start + 1)
    for (bin, count) in counts.enumerated() { merged[(first + bin) >> 1 - start] += count }
    (counts, first, exponent) = (merged, start, exponent + 1)
  }
}
