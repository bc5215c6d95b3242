import Glibc
import Tensors

/// Elements that a file has in another layout, in a temporary file without a name: they take disk rather than memory, and go
/// with the last tensor that is in them.
final class ScratchFile {
  private let descriptor: Int32
  private let path: String
  private(set) var count = 0

  /// Makes a file in `TMPDIR`, which nobody else can open.
  init() throws(CheckpointError) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    path = folder
    var template = Array("\(folder)/mica-weights-XXXXXX".utf8CString)
    descriptor = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
    guard descriptor >= 0 else { throw .file(FileError(.create, folder, .system(errno))) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    template.withUnsafeBufferPointer { _ = unlink($0.baseAddress!) }
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let written = Glibc.write(descriptor, start, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw .file(FileError(.write, path, .system(errno)))
      }
      count += written
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Appends zeros up to a multiple of 64 bytes, so that what follows is aligned to whatever it is.
  func align() throws(CheckpointError) {
    let zeros = [UInt8](repeating: 0, count: (64 - count % 64) % 64)
    try zeros.span.withUnsafeBytes { bytes throws(CheckpointError) in try write(bytes) }
  }

  /// The bytes that were written, mapped.
  ///
  /// - Parameter path: what they are called in messages: the file that they come from.
  func mapped(as path: String) throws(CheckpointError) -> MappedFile {
    do throws(FileError) {
      return try MappedFile(descriptor: descriptor, path: path)
    } catch {
      throw .file(error)
    }
  }
}
