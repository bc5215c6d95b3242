import Authoring
import Glibc
import Semantics
import Syntax
import Tensors

/// A project file as the command line finds it.
struct ProjectFile {
  /// The number of the file in places, beyond all Mica files and below the library's.
  static let number: UInt32 = 1 << 31

  let project: Project
  let diagnostics: [Diagnostic]
  let text: DiagnosticPrinter.Text

  /// The nearest project file in the folder of a Mica file or above it; `nil` where there is none.
  static func nearest(to path: String) throws(FileError) -> ProjectFile? {
    guard let path = nearestPath(toFolderOf: path) else { return nil }
    return try ProjectFile(path: path)
  }

  /// The path of that file, as seen from the working folder where it is in there.
  static func nearestPath(toFolderOf path: String) -> String? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard var current = resolved(folder) else { return nil }
    let working = resolved(".").map { $0 == "/" ? "/" : $0 + "/" }
    while true {
      let candidate = (current == "/" ? "" : current) + "/" + Project.fileName
      if access(candidate, F_OK) == 0 {
        guard let working, candidate.hasPrefix(working) else { return candidate }
        return String(candidate.dropFirst(working.count))
      }
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
    let bytes = try MappedFile(path: path).withBytes { Array($0) }
    (project, diagnostics) = Project.read(bytes, file: Self.number)
    text = DiagnosticPrinter.Text(path: path, source: bytes, lines: LineIndex(bytes))
  }
}
