/// What quantizing changes in numbers.
enum ErrorKernel {
  /// The power of the numbers of `range`, which are at `bytes`, and of scale · (code − zero point) − number.
  static func power(
    of tensor: QuantizedTensor, _ range: Range<Int>, _ bytes: UnsafeRawBufferPointer
  ) -> SignalPower {
    guard let base = bytes.baseAddress else { return SignalPower() }
    let kernel = AffineKernel(codes: tensor.codeRange)
    var power = SignalPower()
    tensor.scales.withUnsafeBufferPointer { scales in
      tensor.zeroPoints.withUnsafeBufferPointer { zeros in
        guard let scales = scales.baseAddress, let zeros = zeros.baseAddress else { return }
        tensor.layout.forEachSegment(in: range) { segment in
          // Sums of floats stay short, so that they stay exact enough.
          var start = segment.elements.lowerBound
          while start < segment.elements.upperBound {
            let count = min(1024, segment.elements.upperBound - start)
            let parameter = segment.parameter + (segment.isVector ? start - segment.elements.lowerBound : 0)
            power += Self.power(
              kernel, base + (start - range.lowerBound) * 4, count, scales + parameter, zeros + parameter,
              segment.isVector)
            start += count
          }
        }
      }
    }
    return power
  }

  private static func power(
    _ kernel: AffineKernel, _ numbers: UnsafeRawPointer, _ count: Int, _ scales: UnsafePointer<Float>,
    _ zeros: UnsafePointer<Int32>, _ isVector: Bool
  ) -> SignalPower {
    var signal = SIMD16<Float>(repeating: 0)
    var noise = SIMD16<Float>(repeating: 0)
    var power = SignalPower()
    kernel.forEach(numbers, count: count, scales: scales, zeros: zeros, isVector: isVector) {
      _, x, codes, scale, zero in
      let difference = SIMD16<Float>(codes &- zero) * scale - x
      signal += x * x
      noise += difference * difference
    } _: { place, x, code, scale, zero in
      let difference = Float(code - zero) * scale - x
      power.signal += Double(x * x)
      power.noise += Double(difference * difference)
    }
    power.signal += Double(signal.sum())
    power.noise += Double(noise.sum())
    return power
  }
}
