import Glibc
import Tensors

/// Elements that a file has in another layout, in a temporary file without a name: they take disk rather than memory, and go
/// with the last tensor that is in them.
///
/// Long runs of zeros take neither.
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

  /// Zeros at least as long are left out of the file: blocks of file systems are no larger.
  private static let blockSize = 1 << 16

  /// As many bytes of the disk are left to others.
  private static let reserve: UInt64 = 1 << 30

  /// Bytes that were written since the free space of the disk was looked at.
  private var unchecked = Int.max

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.blockSize, bytes.count)
      let block = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      if block.count == Self.blockSize, block.isZero {
        count += block.count
      } else {
        try append(block)
      }
      start = end
    }
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    try checkSpace(for: bytes.count)
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let written = pwrite(descriptor, start, rest.count, count)
      if written < 0 {
        if errno == EINTR { continue }
        throw .file(FileError(.write, path, .system(errno)))
      }
      count += written
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// - Throws: where others would have no room left.
  private func checkSpace(for bytes: Int) throws(CheckpointError) {
    unchecked = unchecked.addingReportingOverflow(bytes).overflow ? .max : unchecked + bytes
    guard unchecked > 64 << 20 else { return }
    unchecked = 0
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { return }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    guard free > min(Self.reserve, UInt64(status.f_blocks) * UInt64(status.f_frsize) / 10) else {
      throw .file(FileError(.write, path, .system(ENOSPC)))
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
    // Zeros at the end were not written.
    guard ftruncate(descriptor, count) == 0 else { throw .file(FileError(.write, self.path, .system(errno))) }
    do throws(FileError) {
      return try MappedFile(descriptor: descriptor, path: path, isTemporary: true)
    } catch {
      throw .file(error)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether all bytes are 0.
  fileprivate var isZero: Bool {
    guard let start = baseAddress, count > 0, start.load(as: UInt8.self) == 0 else { return isEmpty }
    return memcmp(start, start + 1, count - 1) == 0
  }
}
