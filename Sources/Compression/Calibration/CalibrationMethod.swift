/// How the range of a value's codes is found in a histogram of its numbers.
package enum CalibrationMethod: Hashable, Sendable {
  /// From the least number to the greatest.
  case minMax
  /// What is left when numbers are cut off at both ends, of which so many percent stay.
  case percentile(Double)
  /// The range whose codes tell most of the distribution (Kullback and Leibler, as TensorRT has it).
  case entropy
  /// The range with the least mean squared error.
  case meanSquaredError
  /// From μ − kσ to μ + kσ.
  case sigma(Double)
}

extension ValueHistogram {
  /// The range that a method finds, for so many codes.
  package func range(by method: CalibrationMethod, levels: Int = 256) -> ValueRange {
    guard !counts.isEmpty else { return ValueRange(0, 0) }
    return switch method {
    case .minMax: ValueRange(Double(minimum), Double(maximum))
    case .percentile(let percent): percentileRange(percent)
    case .entropy: entropyRange(levels: levels)
    case .meanSquaredError: ErrorSearch(self, levels: levels).range
    case .sigma(let factor): sigmaRange(factor)
    }
  }

  /// No further than the numbers go.
  func clamped(_ low: Double, _ high: Double) -> ValueRange {
    ValueRange(max(low, Double(minimum)), min(high, Double(maximum)))
  }

  private func percentileRange(_ percent: Double) -> ValueRange {
    let cut = Double(count) * (100 - percent) / 200
    return clamped(
      border(in: Array(counts.indices), cut, side: 0), border(in: counts.indices.reversed(), cut, side: 1))
  }

  /// The far border of the bins, from one end, that hold no more than `cut` numbers together; 0 where they reach it.
  ///
  /// - Parameter side: of the border of the next bin that is nearer to that end: 0 the lower one, 1 the upper one.
  private func border(in bins: [Int], _ cut: Double, side: Int) -> Double {
    var passed = 0
    for bin in bins {
      // Zeros lie between the bins below 0 and those above.
      if side == 0 ? first + bin >= 0 : first + bin < 0 { return 0 }
      passed += counts[bin]
      if Double(passed) > cut { return Double(first + bin + side) * width }
    }
    return 0
  }

  private func sigmaRange(_ factor: Double) -> ValueRange {
    let mean = sum / Double(count)
    let deviation = max(squares / Double(count) - mean * mean, 0).squareRoot()
    return clamped(mean - factor * deviation, mean + factor * deviation)
  }
}
