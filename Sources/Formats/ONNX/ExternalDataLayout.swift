import Tensors

/// Places tensors one after another in the data file beside a model.
///
/// Like `WireWriter` it goes over the same tensors twice, so that the offsets are known before anything is written.
struct ExternalDataLayout {
  static let fileSuffix = ".data"

  /// The name of the data file, relative to the model's folder.
  let location: String
  /// Tensors of at least this many bytes are placed; `nil` places none.
  private let threshold: Int?
  /// The external data of the model that was read, where that is to stay so.
  let kept: KeptExternalData?
  private var end = 0
  private var output: OutputFile?
  private(set) var needsFile = false
  private(set) var failure: FileError?

  init(modelPath: String, threshold: Int?, kept: KeptExternalData? = nil) {
    self.kept = kept
    let name = modelPath.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) }
    location = (name ?? "model") + Self.fileSuffix
    self.threshold = threshold
  }

  /// Starts over, now writing to `output`.
  mutating func beginWriting(to output: OutputFile?) {
    self.output = output
    end = 0
  }

  /// True for initializers that belong in the data file.
  func takes(_ tensor: Tensor, byteCount: Int) -> Bool {
    byteCount > 0 && (threshold.map { byteCount >= $0 } ?? false || kept?.holds(tensor) ?? false)
  }

  /// The offset at which the next tensor of `byteCount` bytes is; `nil` where offsets overflow.
  ///
  /// Offsets are multiples of 4096, the size of a memory page, for tensors of at least that size, else of 64.
  mutating func place(byteCount: Int) -> Int? {
    let alignment = byteCount >= 4096 ? 4096 : 64
    let (padded, paddingOverflow) = end.addingReportingOverflow(alignment - 1)
    guard !paddingOverflow else { return nil }
    let offset = padded / alignment * alignment
    let (newEnd, overflow) = offset.addingReportingOverflow(byteCount)
    guard !overflow else { return nil }
    if output != nil { write([UInt8](repeating: 0, count: offset - end)) }
    end = newEnd
    needsFile = true
    return offset
  }

  /// Writes a part of the tensor that was placed last; does nothing before writing has begun.
  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil, let output, !bytes.isEmpty else { return }
    do throws(FileError) { try output.write(bytes) } catch { failure = error }
  }

  var isWriting: Bool { output != nil }

  private mutating func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { write($0) }
  }
}
