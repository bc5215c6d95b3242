import CTemporaries
import Glibc
package import Tensors

/// A folder for files that nobody is to keep; it goes with all that is in it when this does, or a signal ends the process.
package final class TemporaryFolder: Sendable {
  package let path: String
  private nonisolated(unsafe) let watch: OpaquePointer?

  /// Makes a folder in another one, by default the one that TMPDIR names or else `/tmp`.
  package init(in folder: String? = nil, prefix: String = "mica") throws(FileError) {
    let folder = folder ?? RuntimeSearch.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(folder)/.\(prefix)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError(.create, folder, .system(errno)) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    watch = mica_temporary_watch(path)
  }

  deinit {
    FolderListing.remove(path)
    if let watch { mica_temporary_forget(watch) }
  }
}
