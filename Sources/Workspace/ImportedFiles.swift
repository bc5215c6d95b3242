import Glibc
import Semantics
import Syntax
import Tensors

/// The files that a program imports, as the command line finds them: beside the file that imports them.
enum ImportedFiles {
  /// A loader for the imports of the program that stands at `root`.
  ///
  /// A file is known by the file system's own path of it, so that it is read once however it is written.
  static func loader(root: String) -> ImportLoader {
    let rootFile = realPath(root)
    return ImportLoader { path, importer in
      let place = path.hasPrefix("/") ? path : folder(of: importer.path) + path
      do {
        let text = try MappedFile(path: place).withBytes { Array($0) }
        let real = realPath(place)
        return .success(ImportLoader.Found(path: real == rootFile ? root : shown(place, real: real), text: text))
      } catch {
        return .failure(ImportLoader.Failure(message: "\(error)"))
      }
    }
  }

  /// The folder of a file, with its slash.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// A path to show: without detours, below the working folder where the file is there.
  private static func shown(_ path: String, real: String?) -> String {
    guard let real else { return path }
    guard let here = realPath("."), real.hasPrefix(here + "/") else { return real }
    return String(real.dropFirst(here.utf8.count + 1))
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = Glibc.realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
