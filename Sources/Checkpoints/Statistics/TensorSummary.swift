import Synchronization
import Tensors

/// A tensor of numbers that threads sum up piece by piece.
///
/// Whoever is done with the last piece finishes the tensor, while its bytes are in the processor's cache.
final class TensorSummary: Sendable {
  /// The bytes that a thread takes at once: a multiple of every block.
  static let pieceBytes = 1 << 21
  /// The same for types of six bits.
  private static let sixBitPieceBytes = 3 << 19

  private struct Progress {
    var parts: [TensorStatistics]
    var missing: Int
    var result: TensorStatistics?
  }

  private let tensor: Tensor
  let pieces: [Range<Int>]
  private let progress: Mutex<Progress>

  /// `nil` where the tensor has no numbers.
  init?(_ tensor: Tensor) {
    guard tensor.hasNumbers, let count = tensor.byteCount else { return nil }
    self.tensor = tensor
    let size = tensor.element.bitWidth == 6 ? Self.sixBitPieceBytes : Self.pieceBytes
    pieces = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    let parts = Array(repeating: TensorStatistics(), count: pieces.count)
    // Nothing is missing of a tensor without elements.
    progress = Mutex(Progress(parts: parts, missing: parts.count, result: parts.isEmpty ? TensorStatistics() : nil))
  }

  var result: TensorStatistics? { progress.withLock(\.result) }

  /// Sums a piece up.
  func add(_ piece: Int) {
    tensor.populate(pieces[piece])
    let part = tensor.withBytes(pieces[piece]) { ElementSummary.of($0, tensor.element) }
    tensor.release(pieces[piece])
    let parts = progress.withLock { progress -> [TensorStatistics]? in
      progress.parts[piece] = part
      progress.missing -= 1
      return progress.missing == 0 ? progress.parts : nil
    }
    guard let parts else { return }
    var whole = parts.reduce(into: TensorStatistics()) { $0.add($1) }
    whole.finish(tensor)
    progress.withLock { $0.result = whole }
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

  /// Brings a range of the bytes in, where they are those of a file.
  fileprivate func populate(_ range: Range<Int>) {
    guard case .mapped(let file, let whole) = storage else { return }
    file.populate(whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
  }

  /// Takes a range of unpacked bytes out of memory again.
  func release(_ range: Range<Int>) {
    guard case .mapped(let file, let whole) = storage else { return }
    file.release(whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
  }

  /// Passes a range of the bytes.
  func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch storage {
    case .mapped(let file, let whole):
      return file.withBytes(whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound, body)
    case .bytes(let bytes): return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    default:
      var bytes: [UInt8] = []
      forEachChunk { bytes.append(contentsOf: $0) }
      return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
  }
}
