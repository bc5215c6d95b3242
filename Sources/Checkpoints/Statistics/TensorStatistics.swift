package import Tensors

/// What the elements of a tensor are like.
///
/// Minimum, maximum, mean and standard deviation are those of the finite elements.
package struct TensorStatistics: Hashable, Sendable {
  package var count = 0
  package var minimum = Double.infinity
  package var maximum = -Double.infinity
  package var mean = 0.0
  /// The square root of the mean squared distance to the mean: that of the elements, not an estimate from them.
  package var standardDeviation: Double { finiteCount > 0 ? (squares / Double(finiteCount)).squareRoot() : 0 }
  package var zeroCount = 0
  package var nanCount = 0
  package var infinityCount = 0
  /// How many elements of `sampleCount`, at even distances in the tensor, are in each of 16 equal parts of minimum … maximum.
  package var histogram: [Int] = []
  package var sampleCount = 0

  /// The sum of the squared distances to the mean.
  var squares = 0.0

  package static let binCount = 16
  /// The most elements that a histogram is made of.
  package static let sampleLimit = 16_384

  package var finiteCount: Int { count - nanCount - infinityCount }

  package init() {}

  /// Adds the elements that others tell of: sums by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for
  /// Computing Sample Variances" (1979), formula 2.1.
  mutating func add(_ other: TensorStatistics) {
    let (old, new) = (Double(finiteCount), Double(other.finiteCount))
    if new > 0 {
      let distance = other.mean - mean
      let total = old + new
      mean = old == 0 ? other.mean : mean + distance * (new / total)
      squares += other.squares + (old == 0 ? 0 : distance * distance * (old * new / total))
    }
    count += other.count
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    zeroCount += other.zeroCount
    nanCount += other.nanCount
    infinityCount += other.infinityCount
  }

  /// The histogram in block characters, one a part; empty where no element is finite.
  package var blocks: String {
    guard let most = histogram.max(), most > 0 else { return "" }
    let levels: [Character] = Array("▁▂▃▄▅▆▇█")
    return String(histogram.map { $0 == 0 ? " " : levels[($0 * levels.count - 1) / most] })
  }
}

extension TensorStatistics {
  /// The statistics of a tensor; `nil` for strings, complex numbers, and where the bytes do not fit the sizes.
  package init?(_ tensor: Tensor) {
    guard let computed = TensorStatistics.of([tensor])[0] else { return nil }
    self = computed
  }
}
