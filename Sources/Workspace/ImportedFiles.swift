import Glibc
package import Semantics
import Syntax
import Tensors

/// The files that a program imports: beside the file that imports them.
package enum ImportedFiles {
  /// A loader for the imports of the program that stands at `root`.
  ///
  /// A file is known by the file system's own path of it, so that it is read once however it is written.
  /// - Parameter overlay: texts that are not saved yet, by the real paths of their files.
  package static func loader(root: String, overlay: [String: [UInt8]] = [:]) -> ImportLoader {
    let rootFile = realPath(root)
    return ImportLoader { path, importer in
      let place = path.hasPrefix("/") ? path : folder(of: importer.path) + path
      do {
        let real = realPath(place)
        let unsaved = overlay.isEmpty ? nil : overlay[real ?? place]
        let text = try unsaved ?? MappedFile.contents(of: place)
        // A root that is named from the working folder is shown so, and so are its imports.
        let known = root.hasPrefix("/") ? real ?? place : shown(place, real: real)
        return .success(ImportLoader.Found(path: real == rootFile ? root : known, text: text))
      } catch {
        return .failure(ImportLoader.Failure(message: "\(error)"))
      }
    }
  }

  /// The folder of a file, with its slash.
  package static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The file system's own path of a file, by which imports know it; the path as it is where there is no such file.
  package static func known(_ path: String) -> String { realPath(path) ?? path }

  /// A path to show: without detours, below the working folder where the file is there.
  private static func shown(_ path: String, real: String?) -> String {
    guard let real else { return path }
    guard let here = realPath("."), real.hasPrefix(here + "/") else { return real }
    return String(real.utf8.dropFirst(here.utf8.count + 1)) ?? real
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = Glibc.realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
