import Glibc

/// Sums of squares of numbers, and of what quantizing changes in them.
package struct SignalPower: Hashable, Sendable {
  package var signal: Double
  package var noise: Double

  package init(signal: Double = 0, noise: Double = 0) {
    (self.signal, self.noise) = (signal, noise)
  }

  /// The signal-to-quantization-noise ratio in decibels: 10 · log₁₀(Σx² / Σ(x − y)²); infinite without noise.
  package var decibels: Double {
    if noise == 0 { return .infinity }
    return signal == 0 ? -.infinity : 10 * log10(signal / noise)
  }

  package static func += (left: inout SignalPower, right: SignalPower) {
    left.signal += right.signal
    left.noise += right.noise
  }
}
