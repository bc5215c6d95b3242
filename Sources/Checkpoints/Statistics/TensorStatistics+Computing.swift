import Dispatch
package import Tensors

extension TensorStatistics {
  /// The bytes that a thread takes at once: a multiple of every block.
  private static let pieceBytes = 1 << 21

  /// A piece of a tensor for one thread.
  private struct Piece: Sendable {
    var tensor: Int
    var range: Range<Int>
  }

  /// The statistics of tensors, computed by as many threads as there are processors.
  ///
  /// - Returns: for each tensor, or `nil` for strings, complex numbers, and where the bytes do not fit the sizes.
  package static func of(_ tensors: [Tensor]) -> [TensorStatistics?] {
    var pieces: [Piece] = []
    for (index, tensor) in tensors.enumerated() {
      guard tensor.hasNumbers, let count = tensor.byteCount else { continue }
      for start in stride(from: 0, to: count, by: pieceBytes) {
        pieces.append(Piece(tensor: index, range: start..<min(start + pieceBytes, count)))
      }
    }
    let parts = Results<TensorStatistics>(count: pieces.count, TensorStatistics())
    DispatchQueue.concurrentPerform(iterations: pieces.count) { [pieces] index in
      let piece = pieces[index]
      let tensor = tensors[piece.tensor]
      tensor.withBytes(piece.range) { parts[index] = ElementSummary.of($0, tensor.element) }
    }
    var results: [TensorStatistics?] = tensors.map { $0.hasNumbers ? TensorStatistics() : nil }
    for (index, piece) in pieces.enumerated() { results[piece.tensor]?.add(parts[index]) }
    for (index, tensor) in tensors.enumerated() { results[index]?.finish(tensor) }
    return results
  }

  /// Leaves out the places behind the last element of a packed type, and draws the histogram.
  private mutating func finish(_ tensor: Tensor) {
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
    tensor.withBytes(0..<elements * bytes) { buffer in
      for index in stride(from: 0, to: elements, by: step) {
        let place = UnsafeRawBufferPointer(rebasing: buffer[index * bytes..<(index + 1) * bytes])
        reader.forEach(in: place) { value in
          guard value.isFinite else { return }
          let part = (value - minimum) * scale
          bins[part.isFinite ? min(max(Int(part), 0), Self.binCount - 1) : 0] += 1
          sampled += 1
        }
      }
    }
    histogram = bins
    sampleCount = sampled
  }
}

/// Places for results that threads fill in, each its own.
private final class Results<Element: Sendable>: @unchecked Sendable {
  private let buffer: UnsafeMutableBufferPointer<Element>

  init(count: Int, _ initial: Element) {
    buffer = .allocate(capacity: count)
    buffer.initialize(repeating: initial)
  }

  deinit {
    buffer.deinitialize()
    buffer.deallocate()
  }

  subscript(index: Int) -> Element {
    get { buffer[index] }
    set { buffer[index] = newValue }
  }
}

extension Tensor {
  /// Whether the elements are real numbers, all of them there.
  fileprivate var hasNumbers: Bool {
    switch element {
    case .string, .c64, .c128: return false
    default:
      guard let count = Self.checkedProduct(sizes) else { return false }
      return byteCount != nil && byteCount == element.byteCount(of: count)
    }
  }

  /// Passes a range of the bytes.
  fileprivate func withBytes(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
    switch storage {
    case .mapped(let file, let whole):
      let place = whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound
      file.populate(place)
      file.withBytes(place, body)
    case .bytes(let bytes): bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    default:
      var bytes: [UInt8] = []
      forEachChunk { bytes.append(contentsOf: $0) }
      bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
  }
}
