import Tensors

/// What a fast Fourier transform takes.
extension Cost {
  /// The operations of one complex transform of a length: `5 n ⌈log₂ n⌉`, as benchmarks of such transforms count them.
  ///
  /// Unknown where the length is no constant, since no size expresses a logarithm.
  static func fourierTransform(of length: Dimension) -> Dimension {
    guard let count = length.constant, count >= 0 else { return .unknown }
    return length * Dimension(5 * logarithm(of: count))
  }

  /// `⌈log₂ n⌉`, 0 for 0 and 1.
  static func logarithm(of count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
  }
}
