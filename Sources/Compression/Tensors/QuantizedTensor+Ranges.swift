import Tensors

extension QuantizedTensor {
  /// The range that each scale is to stand for.
  static func ranges(
    of source: Tensor, _ layout: ParameterLayout, _ encoding: WeightEncoding
  ) throws(TensorRefusal) -> [(low: Float, high: Float)] {
    let kernels = scanned(source, layout, RangeKernel(count: layout.parameterCount)) { kernel, numbers, segment in
      kernel.add(numbers, count: segment.elements.count, parameter: segment.parameter, isVector: segment.isVector)
    }
    var all = RangeKernel(count: layout.parameterCount)
    for kernel in kernels { all.merge(kernel) }
    guard all.isFinite else { throw .notFinite }
    var ranges = all.low.indices.map { index -> (low: Float, high: Float) in
      // A run without elements stands for 0.
      all.low[index] > all.high[index] ? (0, 0) : (all.low[index], all.high[index])
    }
    guard case .sigma(let deviations) = encoding.method else { return ranges }
    let moments = scanned(source, layout, MomentKernel(count: layout.parameterCount)) { kernel, numbers, segment in
      kernel.add(numbers, count: segment.elements.count, parameter: segment.parameter, isVector: segment.isVector)
    }.reduce(into: MomentKernel(count: layout.parameterCount)) { $0.merge($1) }
    for index in ranges.indices {
      guard let bounds = moments.bounds(index, deviations: deviations) else { continue }
      ranges[index] = (max(ranges[index].low, bounds.low), min(ranges[index].high, bounds.high))
    }
    return ranges
  }

  /// What each core sees of a tensor, segment by segment.
  private static func scanned<Kernel: Sendable>(
    _ source: Tensor, _ layout: ParameterLayout, _ start: Kernel,
    _ add: @Sendable (inout Kernel, UnsafeRawPointer, ParameterLayout.Segment) -> Void
  ) -> [Kernel] {
    let count = layout.elementCount
    // A thread takes several pieces, so that there are few kernels to merge.
    let pieces = min(Parallel.width, max(1, count / piece))
    let size = (count + pieces - 1) / max(pieces, 1)
    return Parallel.map(pieces) { thread in
      var kernel = start
      var start = thread * size
      let end = min(start + size, count)
      while start < end {
        let range = start..<min(start + piece, end)
        source.withFloats(range) { bytes in
          guard let base = bytes.baseAddress else { return }
          layout.forEachSegment(in: range) { segment in
            add(&kernel, base + (segment.elements.lowerBound - range.lowerBound) * 4, segment)
          }
        }
        start = range.upperBound
      }
      return kernel
    }
  }
}
