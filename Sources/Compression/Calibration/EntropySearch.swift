import Glibc

/// Looks for the range whose codes tell most of a distribution.
///
/// For each threshold T, the distribution P of the magnitudes up to T, with all beyond it in the last bin, is held against Q,
/// which has as many steps as there are codes: the threshold with the least Kullback–Leibler divergence Σ P log(P / Q) is
/// taken ("8-bit Inference with TensorRT", GTC 2017). All thresholds from as many bins as codes on are tried. Zeros are left
/// out, for which there is always a code: those of a Relu would outweigh everything else. Where bins hold few numbers, P is
/// rough by chance alone; what that adds to the divergence in the mean, half of how many more bins than steps are used,
/// divided by how many numbers there are, is taken off (Miller, "Note on the Bias of Information Estimates", 1955).
extension ValueHistogram {
  /// The most bins that thresholds are looked for in.
  private static let entropyBins = 2048

  func entropyRange(levels: Int) -> ValueRange {
    var magnitudes = [Double](repeating: 0, count: max(first + counts.count, -first))
    for (bin, count) in counts.enumerated() {
      let place = first + bin
      magnitudes[place >= 0 ? place : -place - 1] += Double(count)
    }
    var width = self.width
    while magnitudes.count > Self.entropyBins {
      magnitudes = stride(from: 0, to: magnitudes.count, by: 2).map { place in
        magnitudes[place] + (place + 1 < magnitudes.count ? magnitudes[place + 1] : 0)
      }
      width *= 2
    }
    let steps = levels / 2
    guard magnitudes.count > steps else { return ValueRange(Double(minimum), Double(maximum)) }
    var best = (threshold: magnitudes.count, divergence: Double.infinity)
    for threshold in steps...magnitudes.count {
      let divergence = Self.divergence(magnitudes, threshold, steps)
      if divergence < best.divergence { best = (threshold, divergence) }
    }
    let limit = Double(best.threshold) * width
    return clamped(-limit, limit)
  }

  /// What is lost when the bins below the threshold become so many steps.
  private static func divergence(_ bins: [Double], _ threshold: Int, _ steps: Int) -> Double {
    let total = bins.reduce(0, +)
    let outliers = bins[threshold...].reduce(0, +)
    let inside = total - outliers
    guard inside > 0 else { return .infinity }
    // What Q has where it has nothing; less would make a single number beyond the threshold count for all.
    let least = 1e-4 / Double(threshold)
    var divergence = 0.0
    var (usedBins, usedSteps) = (0, 0)
    for step in 0..<steps {
      let start = step * threshold / steps
      let end = (step + 1) * threshold / steps
      var (sum, used) = (0.0, 0)
      for bin in start..<end where bins[bin] > 0 {
        sum += bins[bin]
        used += 1
      }
      usedBins += used
      usedSteps += used > 0 ? 1 : 0
      for bin in start..<end {
        let count = bins[bin] + (bin == threshold - 1 ? outliers : 0)
        guard count > 0 else { continue }
        let (p, q) = (count / total, bins[bin] > 0 ? sum / Double(used) / inside : 0)
        divergence += p * log(p / max(q, least))
      }
    }
    return divergence - Double(usedBins - usedSteps) / (2 * total)
  }
}
