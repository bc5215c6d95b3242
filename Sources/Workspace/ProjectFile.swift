package import Authoring
import Glibc
package import Syntax
package import Tensors

/// A project file on disk.
package struct ProjectFile {
  /// The number of the file in places, beyond all Mica files and below the library's.
  package static let number: UInt32 = 1 << 31

  package let project: Project
  package let diagnostics: [Diagnostic]
  package let path: String
  package let source: [UInt8]

  /// The nearest project file in the folder of a Mica file or above it; `nil` where there is none.
  package static func nearest(to path: String) throws(FileError) -> ProjectFile? {
    guard let path = nearestPath(toFolderOf: path) else { return nil }
    return try ProjectFile(path: path)
  }

  /// The path of that file, as seen from the working folder where it is in there.
  package static func nearestPath(toFolderOf path: String) -> String? {
    guard let nearest = nearestFile(toFolderOf: path) else { return nil }
    let working = resolved(".").map { $0 == "/" ? "/" : $0 + "/" }
    guard let working, nearest.hasPrefix(working) else { return nearest }
    return String(nearest.dropFirst(working.count))
  }

  /// The absolute path of that file.
  package static func nearestFile(toFolderOf path: String) -> String? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard var current = resolved(folder) else { return nil }
    while true {
      let candidate = (current == "/" ? "" : current) + "/" + Project.fileName
      if access(candidate, F_OK) == 0 { return candidate }
      guard let slash = current.lastIndex(of: "/"), current != "/" else { return nil }
      current = slash == current.startIndex ? "/" : String(current[..<slash])
    }
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private init(path: String) throws(FileError) {
    let bytes = try MappedFile.contents(of: path)
    (project, diagnostics) = Project.read(bytes, file: Self.number)
    self.path = path
    source = bytes
  }
}
