import Glibc

/// A file as it was at one time: while its stamp is the same, nothing was written to it.
package struct FileStamp: Hashable, Sendable {
  /// In bytes.
  let size: Int
  private let seconds: Int
  private let nanoseconds: Int
  private let device: UInt
  private let number: UInt

  /// `nil` where there is no file at the path.
  package init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether both are of one file, written to in between or not.
  package func isSameFile(as other: FileStamp) -> Bool { device == other.device && number == other.number }

  /// Whether the last write was before that of another file.
  package func isOlder(than other: FileStamp) -> Bool {
    (seconds, nanoseconds) < (other.seconds, other.nanoseconds)
  }

  init(_ status: stat) {
    size = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
  }
}
