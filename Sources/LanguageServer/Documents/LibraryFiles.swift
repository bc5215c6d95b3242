import Glibc
import Semantics
import Syntax
import Tensors

/// The standard library as files that an editor can open.
///
/// They are written to the user's cache on first use: editors open files, not texts inside a program.
enum LibraryFiles {
  static func uri(of file: SourceFile) -> DocumentURI? {
    guard let folder else { return nil }
    let path = "\(folder)/\(file.path)"
    if let known = try? MappedFile(path: path).withBytes({ Array($0) }), known == file.tree.source {
      return DocumentURI(path: path)
    }
    guard makeFolders(of: path), let output = try? OutputFile(path: path) else { return nil }
    do {
      try output.write(file.tree.source)
      try output.commit()
    } catch {
      return nil
    }
    return DocumentURI(path: path)
  }

  /// `$XDG_CACHE_HOME/mica/library`, or the same below `~/.cache`.
  private static var folder: String? {
    if let cache = getenv("XDG_CACHE_HOME").map({ String(cString: $0) }), cache.hasPrefix("/") {
      return cache + "/mica/library"
    }
    guard let home = getenv("HOME").map({ String(cString: $0) }), home.hasPrefix("/") else { return nil }
    return home + "/.cache/mica/library"
  }

  private static func makeFolders(of path: String) -> Bool {
    var prefix = ""
    for part in path.split(separator: "/").dropLast() {
      prefix += "/" + part
      if mkdir(prefix, 0o755) != 0, errno != EEXIST { return false }
    }
    return true
  }
}
