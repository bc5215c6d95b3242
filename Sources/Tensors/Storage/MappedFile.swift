import CMappings
import Glibc
import Synchronization

/// A regular file's bytes, mapped read-only for as long as this lives.
///
/// Pages are read when they are touched. If another process shortens the file meanwhile, zeros stand for what is gone:
/// whoever has read something and is about to use it asks for `damage`, or has a `FileReads` do so.
package final class MappedFile: Sendable {
  /// The path as it was given.
  package let path: String

  /// What the file was when it was mapped.
  package let stamp: FileStamp

  /// The mapped bytes, which nothing writes to; `nil` start for an empty file.
  nonisolated(unsafe) private let bytes: UnsafeRawBufferPointer

  private let isTemporary: Bool

  /// What keeps the mapping readable; `nil` for an empty file.
  nonisolated(unsafe) private let watch: OpaquePointer?

  /// The time of `FileReads` at which bytes were last asked for.
  let lastRead = Atomic(0)

  /// Maps the whole file at `path`, which may be empty.
  package convenience init(path: String) throws(FileError) {
    guard !path.utf8.contains(0) else { throw FileError(.open, path, .system(EINVAL)) }
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(.open, path) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps the whole of an open file, which may be closed afterwards.
  ///
  /// - Parameters:
  ///   - path: what the file is called in messages.
  ///   - isTemporary: whether its elements are unpacked ones, which `release` keeps out of memory.
  package init(descriptor: Int32, path: String, isTemporary: Bool = false) throws(FileError) {
    self.path = path
    self.isTemporary = isTemporary
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.open, path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(.open, path, .system(EISDIR))
    default: throw FileError(.open, path, .notRegular)
    }
    stamp = FileStamp(status)

    let count = Int(status.st_size)
    if count == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      watch = nil
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw FileError(.map, path)
    }
    guard let watch = mica_mapping_watch(start, count) else {
      munmap(start, count)
      throw FileError(.map, path, .system(ENOMEM))
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
    self.watch = watch
    FileReads.begin(self)
    if isPointer { throw FileError(.open, path, .pointer) }
  }

  /// Whether the file is the few lines that Git LFS leaves where it has not fetched what they stand for.
  private var isPointer: Bool {
    count < 1024 && withBytes { $0.starts(with: "version https://git-lfs.github.com/spec/".utf8) }
  }

  deinit {
    guard let start = bytes.baseAddress, let watch else { return }
    FileReads.end(self, damage)
    mica_mapping_forget(watch)
    munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
  }

  /// Why bytes that were read may not be the file's: it is shorter by now, or its disk fails.
  package var damage: FileError? {
    let now = FileStamp(path)
    // Behind the new end of a file, the rest of its last page reads as zeros without any signal.
    if let now, now.isSameFile(as: stamp), now.size < count { return FileError(.read, path, .shortened) }
    guard let watch, mica_mapping_is_damaged(watch) else { return nil }
    return FileError(.read, path, now == stamp ? .system(EIO) : .shortened)
  }

  /// The bytes of a whole file.
  package static func contents(of path: String) throws(FileError) -> [UInt8] {
    let file = try MappedFile(path: path)
    let contents = file.withBytes { Array($0) }
    if let damage = file.damage { throw damage }
    return contents
  }

  /// Whether a path leads to the file now, by whatever name.
  package func isAt(_ path: String) -> Bool {
    var (mine, other) = (stat(), stat())
    return stat(self.path, &mine) == 0 && stat(path, &other) == 0 && mine.st_ino == other.st_ino
      && mine.st_dev == other.st_dev
  }

  /// The file's size in bytes when it was mapped.
  package var count: Int { bytes.count }

  /// The range of `count` bytes from `offset`, `nil` where the file does not have it; for numbers out of files.
  package func range(offset: Int, count: Int) -> Range<Int>? {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
    return offset..<offset + count
  }

  /// Calls `body` with all bytes, in place; they may not be used after it returns.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let now = FileReads.now
    if lastRead.load(ordering: .relaxed) != now { lastRead.store(now, ordering: .relaxed) }
    return try withExtendedLifetime(self) { () throws(Failure) in try body(bytes) }
  }

  /// Calls `body` with the bytes of `range`, in place and aligned to nothing; they may not be used after it returns.
  ///
  /// - Precondition: `range` is within the file, as `range(offset:count:)` tells.
  package func withBytes<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range is not within \(path)")
    return try withBytes { bytes throws(Failure) in try body(UnsafeRawBufferPointer(rebasing: bytes[range])) }
  }

  /// Brings the pages of a range in at once, which is quicker than one by one as they are touched.
  ///
  /// Only advice: where the system knows no such call, nothing happens.
  /// - Precondition: `range` is within the file.
  package func populate(_ range: Range<Int>) {
    guard let start = bytes.baseAddress, !range.isEmpty else { return }
    let page = Int(getpagesize())
    let first = range.lowerBound / page * page
    // MADV_POPULATE_READ, since Linux 5.14; the C library's headers may be older.
    _ = madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, 22)
  }

  /// Takes the pages of a range of a temporary file out of the process's memory; they come back where they are touched.
  ///
  /// - Precondition: `range` is within the file.
  package func release(_ range: Range<Int>) {
    guard isTemporary, let start = bytes.baseAddress, !range.isEmpty else { return }
    let page = Int(getpagesize())
    let first = range.lowerBound / page * page
    _ = madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, MADV_DONTNEED)
  }
}
