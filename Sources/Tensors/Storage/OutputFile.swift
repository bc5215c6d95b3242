import CTemporaries
import Glibc

/// A file that appears at its path complete or not at all.
///
/// Bytes go to a temporary file beside the target, named `.NAME.mica-XXXXXX`; `commit()` renames it over the target.
/// A file that is dropped without `commit()` leaves the target as it was. A symbolic link is followed; an existing
/// target keeps its permission bits, a new one gets what the umask allows. Where a signal ends the process meanwhile, the
/// temporary file goes with it. Where a mapped file that was read since the
/// beginning has been shortened, nothing is put in the target's place.
package final class OutputFile {
  /// The path as it was given.
  package let path: String

  /// Where the bytes are until `commit()`.
  package let temporaryPath: String

  /// The number of bytes written so far.
  package private(set) var count = 0

  private static let capacity = 1 << 20

  private let target: String
  private let descriptor: Int32
  /// Its place in the list of files that signals remove.
  private let watch: OpaquePointer?
  private var buffer: [UInt8] = []
  private var isOpen = true
  private var failure: FileError?
  private let reads = FileReads()

  /// Creates the temporary file; fails where the target could not be replaced later.
  package init(path: String) throws(FileError) {
    self.path = path
    guard !path.utf8.contains(0) else { throw FileError(.create, path, .system(EINVAL)) }
    guard !path.isEmpty else { throw FileError(.create, path, .system(ENOENT)) }
    let target = Self.resolve(path)
    let permissions = try Self.permissions(ofExisting: target, path)
    (temporaryPath, descriptor) = try Self.createTemporary(beside: target, path)
    watch = mica_temporary_watch(temporaryPath)
    self.target = target
    if let permissions { fchmod(descriptor, permissions) }
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(temporaryPath)
    forget()
  }

  private func forget() {
    if let watch { mica_temporary_forget(watch) }
  }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > Self.capacity { try flush() }
    if bytes.count >= Self.capacity {
      try writeThrough(bytes)
    } else {
      if buffer.capacity == 0 { buffer.reserveCapacity(Self.capacity) }
      buffer.append(contentsOf: bytes)
    }
    count += bytes.count
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    try bytes.span.withUnsafeBytes { bytes throws(FileError) in try write(bytes) }
  }

  /// Puts the file in its place.
  ///
  /// - Parameter synchronized: wait until the bytes are on the disk, so that a power failure cannot lose them.
  /// - Precondition: it has not been called before.
  package func commit(synchronized: Bool = false) throws(FileError) {
    precondition(isOpen, "\(path) is committed already")
    try flush()
    try reads.check()
    if synchronized, fsync(descriptor) != 0 { throw FileError(.write, path) }
    isOpen = false
    defer { forget() }
    // Some file systems report a full disk only here.
    var failure = close(descriptor) == 0 ? nil : FileError(.write, path)
    if failure == nil, rename(temporaryPath, target) != 0 { failure = FileError(.replace, path) }
    if let failure {
      unlink(temporaryPath)
      throw failure
    }
  }

  private func flush() throws(FileError) {
    do {
      let pending = buffer
      try pending.span.withUnsafeBytes { bytes throws(FileError) in try writeThrough(bytes) }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    // After a failed write the file has a hole: it must never be committed.
    if let failure { throw failure }
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let written = Glibc.write(descriptor, start, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        // The system itself reads from the map, and finds the end of the file there.
        let failure = (errno == EFAULT ? reads.damage : nil) ?? FileError(.write, path)
        self.failure = failure
        throw failure
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}

extension OutputFile {
  /// The path with symbolic links followed, or the path itself where nothing is there.
  private static func resolve(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The permission bits of the file at `target`, `nil` if there is none; an error if it cannot be replaced.
  private static func permissions(ofExisting target: String, _ path: String) throws(FileError) -> mode_t? {
    var status = stat()
    guard stat(target, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw FileError(.create, path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(.create, path, .system(EISDIR))
    default: throw FileError(.create, path, .notRegular)
    }
    // A rename would replace a file that its owner has made read-only.
    guard access(target, W_OK) == 0 else { throw FileError(.create, path) }
    return status.st_mode & 0o777
  }

  private static func createTemporary(
    beside target: String, _ path: String
  ) throws(FileError) -> (path: String, descriptor: Int32) {
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let start = slash.map { target.utf8.index(after: $0) } ?? target.startIndex
    guard start < target.endIndex else { throw FileError(.create, path, .system(EISDIR)) }
    // A name may be 255 bytes long, and the temporary one is longer than the target's.
    let name = String(decoding: target[start...].utf8.prefix(200), as: UTF8.self)
    for _ in 0..<100 {
      let letters = "abcdefghijklmnopqrstuvwxyz0123456789"
      let suffix = String((0..<6).map { _ in letters.randomElement()! })
      let temporary = "\(target[..<start]).\(name).mica-\(suffix)"
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (temporary, descriptor) }
      guard errno == EEXIST || errno == EINTR else { break }
    }
    throw FileError(.create, path)
  }
}
