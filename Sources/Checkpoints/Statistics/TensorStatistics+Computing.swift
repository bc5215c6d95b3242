package import Tensors

extension TensorStatistics {
  /// The statistics of tensors, computed by as many threads as there are processors.
  ///
  /// - Returns: for each tensor, or `nil` for strings, complex numbers, and where the bytes do not fit the sizes.
  package static func of(_ tensors: [Tensor]) -> [TensorStatistics?] {
    // Tensors over the same bytes are alike: tied weights, and files that say much in little.
    var places: [StoredElements: Int] = [:]
    var summaries: [TensorSummary?] = []
    let indices = tensors.map { tensor in
      if let key = StoredElements(tensor), let known = places[key] { return known }
      if let key = StoredElements(tensor) { places[key] = summaries.count }
      summaries.append(TensorSummary(tensor))
      return summaries.count - 1
    }
    let pieces = summaries.compactMap(\.self).flatMap { summary in
      summary.pieces.indices.map { (summary: summary, index: $0) }
    }
    Parallel.forEach(pieces.count) { pieces[$0].summary.add(pieces[$0].index) }
    return indices.map { summaries[$0]?.result }
  }

  /// Leaves out the places behind the last element of a packed type, and draws the histogram.
  mutating func finish(_ tensor: Tensor) {
    let elements = tensor.elementCount
    if count > elements {
      // Padding bits are zeros by the format.
      let surplus = count - elements
      self = TensorStatistics(elementwise: tensor, dropping: surplus)
    }
    drawHistogram(tensor)
  }

  private init(elementwise tensor: Tensor, dropping surplus: Int) {
    self.init()
    guard let bytes = tensor.byteCount else { return }
    tensor.withBytes(0..<bytes) { buffer in
      let reader = NumberReader(tensor.element)
      var values: [Double] = []
      reader.forEach(in: buffer) { values.append($0) }
      values.removeLast(min(surplus, values.count))
      values.withUnsafeBytes { self = ElementSummary.single($0, .f64) }
    }
  }

  private mutating func drawHistogram(_ tensor: Tensor) {
    guard finiteCount > 0, let width = tensor.element.bitWidth, width >= 8 else { return }
    let bytes = width / 8
    let elements = tensor.elementCount
    let step = max(1, (elements + Self.sampleLimit - 1) / Self.sampleLimit)
    var bins = [Int](repeating: 0, count: Self.binCount)
    var sampled = 0
    let reader = NumberReader(tensor.element)
    let (minimum, maximum) = (minimum, maximum)
    let scale = maximum > minimum ? Double(Self.binCount) / (maximum - minimum) : 0
    let piece = max(TensorSummary.pieceBytes / bytes / step, 1) * step
    for start in stride(from: 0, to: elements, by: piece) {
      let range = start * bytes..<min(start + piece, elements) * bytes
      tensor.withBytes(range) { buffer in
        reader.forEach(in: buffer, every: step) { value in
          guard value.isFinite else { return }
          let part = (value - minimum) * scale
          bins[part.isFinite ? min(max(Int(part), 0), Self.binCount - 1) : 0] += 1
          sampled += 1
        }
      }
      tensor.release(range)
    }
    histogram = bins
    sampleCount = sampled
  }
}

/// Where the elements of a tensor stand in a file.
private struct StoredElements: Hashable {
  private let file: ObjectIdentifier
  private let range: Range<Int>
  private let element: ElementType
  /// Of packed types the last byte may be full or not.
  private let count: Int?

  /// `nil` where they are in no file.
  init?(_ tensor: Tensor) {
    guard case .mapped(let file, let range) = tensor.storage else { return nil }
    (self.file, self.range, element) = (ObjectIdentifier(file), range, tensor.element)
    count = Tensor.checkedProduct(tensor.sizes)
  }
}
