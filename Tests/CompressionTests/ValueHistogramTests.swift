import Compression
import Testing

@Suite struct ValueHistogramTests {
  /// Numbers with a few far from the others, drawn by a seed.
  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { index in
      let sum = (0..<6).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) }
      return index % 97 == 0 ? sum * 40 : sum
    }
  }

  private static func histogram(_ batches: [[Float]]) -> ValueHistogram {
    var histogram = ValueHistogram()
    for batch in batches { batch.withUnsafeBufferPointer { histogram.add($0) } }
    return histogram
  }

  @Test(arguments: [1, 2, 3, 4])
  func whatIsCountedDependsOnNoOrder(seed: UInt64) {
    let numbers = Self.numbers(5000, seed: seed)
    let whole = Self.histogram([numbers])
    let pieces = stride(from: 0, to: 5000, by: 250).map { Array(numbers[$0..<$0 + 250]) }
    for batches in [
      pieces, pieces.reversed(), [numbers.sorted()], numbers.sorted { $0.magnitude < $1.magnitude }.map { [$0] },
    ] {
      let other = Self.histogram(batches)
      #expect(other.width == whole.width)
      #expect(other.count == 5000)
      for (bin, count) in other.counts.enumerated() where count > 0 {
        #expect(whole.counts[other.first + bin - whole.first] == count)
      }
    }
    #expect(whole.counts.count > 2048 && whole.counts.count <= ValueHistogram.limit)
    #expect(whole.minimum == numbers.min() && whole.maximum == numbers.max())
  }

  @Test func numbersFallIntoTheirBins() {
    let numbers: [Float] = [-3.5, -0.25, 0, 0, 0.125, 1, 7.75, .nan, .infinity]
    let histogram = Self.histogram([numbers])
    #expect(histogram.zeroCount == 2 && histogram.nonFiniteCount == 2 && histogram.count == 7)
    for number in numbers where number != 0 && number.isFinite {
      let bin = Int((Double(number) / histogram.width).rounded(.down)) - histogram.first
      #expect(histogram.counts[bin] == 1)
      #expect(abs(histogram.center(of: bin) - Double(number)) <= histogram.width / 2)
    }
  }

  @Test(arguments: [
    [Float.leastNonzeroMagnitude], [3e38, -3e38, 1e-38], [5, 5, 5], [-Float.leastNormalMagnitude / 128],
  ])
  func extremesAreCounted(numbers: [Float]) {
    let histogram = Self.histogram([numbers])
    #expect(histogram.count == numbers.count)
    for method: CalibrationMethod in [.minMax, .percentile(99), .entropy, .meanSquaredError, .sigma(3)] {
      let range = histogram.range(by: method)
      #expect(range.low <= 0 && range.high >= 0 && range.low.isFinite && range.high.isFinite)
    }
  }

  @Test func nothingHasARange() {
    for numbers: [Float] in [[], [0, 0], [.nan]] {
      #expect(Self.histogram([numbers]).range(by: .meanSquaredError) == ValueRange(0, 0))
    }
  }

  @Test func entropyCutsAwayWhatIsFarOff() {
    var numbers = Self.numbers(20000, seed: 9).filter { $0.magnitude < 6 }
    numbers += [60, -45, 50]
    let range = Self.histogram([numbers]).range(by: .entropy)
    #expect(range.high < 15 && range.low > -15 && range.high > 2 && range.low < -2)
  }

  @Test func theLeastErrorIsFound() {
    let numbers = Self.numbers(20000, seed: 5)
    let range = Self.histogram([numbers]).range(by: .meanSquaredError)
    func error(_ low: Double, _ high: Double) -> Double {
      let step = (high - low) / 255
      return numbers.reduce(0.0) { sum, number in
        let code = min(max((Double(number) / step).rounded(), (low / step).rounded()), (high / step).rounded())
        let difference = Double(number) - code * step
        return sum + difference * difference
      }
    }
    let best = error(range.low, range.high)
    for low in stride(from: 1.0, through: 240, by: 6) {
      for high in stride(from: 1.0, through: 240, by: 6) { #expect(best < 1.05 * error(-low, high)) }
    }
  }
}

/// Random numbers by a seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
