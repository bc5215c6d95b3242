/// Looks for the range whose codes have the least mean squared error on a histogram.
///
/// Within the range a number is off by up to half a step, all errors being as likely: s²/12 in the mean. Beyond it a number
/// is off by its distance. 0 is a code, and is never off.
struct ErrorSearch {
  private let histogram: ValueHistogram
  private let levels: Double
  /// Sums over the bins before each place: of counts, and of counts times the centers and their squares.
  private var counts = [0.0]
  private var moments = [0.0]
  private var squares = [0.0]

  /// Ends are tried at so many fractions of where the numbers end, each this much nearer to 0.
  private static let fractionCount = 56
  private static let fractionStep = 0.9

  init(_ histogram: ValueHistogram, levels: Int) {
    self.histogram = histogram
    self.levels = Double(levels - 1)
    for (bin, count) in histogram.counts.enumerated() {
      let (count, center) = (Double(count), histogram.center(of: bin))
      counts.append(counts[bin] + count)
      moments.append(moments[bin] + count * center)
      squares.append(squares[bin] + count * center * center)
    }
  }

  var range: ValueRange {
    let least = min(Double(histogram.minimum), 0)
    let greatest = max(Double(histogram.maximum), 0)
    var best = (low: least, high: greatest, error: error(least, greatest))
    var fractions: [Double] = [1]
    for _ in 1..<Self.fractionCount { fractions.append(fractions[fractions.count - 1] * Self.fractionStep) }
    for low in least < 0 ? fractions : [0] {
      for high in greatest > 0 ? fractions : [0] { improve(&best, least * low, greatest * high) }
    }
    // Finer steps around the best, no further than the numbers go.
    for step in [0.05, 0.02, 0.01, 0.004] {
      let (low, high) = (best.low, best.high)
      for down in -2...2 {
        for up in -2...2 {
          improve(&best, max(low * (1 + step * Double(down)), least), min(high * (1 + step * Double(up)), greatest))
        }
      }
    }
    return ValueRange(best.low, best.high)
  }

  private func improve(_ best: inout (low: Double, high: Double, error: Double), _ low: Double, _ high: Double) {
    guard low < high else { return }
    let error = error(low, high)
    if error < best.error { best = (low, high, error) }
  }

  /// The sum of the squared errors.
  private func error(_ low: Double, _ high: Double) -> Double {
    let (start, end) = (place(of: low), place(of: high))
    let last = counts.count - 1
    let step = (high - low) / levels
    let inside = (counts[end] - counts[start]) * step * step / 12
    // Σ c (x − r)² = Σ c x² − 2 r Σ c x + r² Σ c
    let below = squares[start] - 2 * low * moments[start] + low * low * counts[start]
    let above =
      (squares[last] - squares[end]) - 2 * high * (moments[last] - moments[end])
      + high * high * (counts[last] - counts[end])
    return inside + max(below, 0) + max(above, 0)
  }

  /// The number of bins whose centers are below a number.
  private func place(of number: Double) -> Int {
    let place = (number / histogram.width - Double(histogram.first) + 0.5).rounded(.down)
    return Int(min(max(place, 0), Double(histogram.counts.count)))
  }
}
