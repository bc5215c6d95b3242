import Glibc
import Tensors

/// Files for editors to open, in the user's cache: `$XDG_CACHE_HOME/mica`, or `~/.cache/mica`.
enum UserCache {
  /// Writes a file, where it is not there already with just these bytes.
  ///
  /// - Returns: its URI; `nil` where it cannot be written.
  static func write(_ bytes: [UInt8], to name: String) -> DocumentURI? {
    guard let folder else { return nil }
    let path = "\(folder)/\(name)"
    if let known = try? MappedFile.contents(of: path), known == bytes {
      return DocumentURI(path: path)
    }
    guard makeFolders(of: path), let output = try? OutputFile(path: path) else { return nil }
    do {
      try output.write(bytes)
      try output.commit()
    } catch {
      return nil
    }
    return DocumentURI(path: path)
  }

  private static var folder: String? {
    if let cache = getenv("XDG_CACHE_HOME").map({ String(cString: $0) }), cache.hasPrefix("/") {
      return cache + "/mica"
    }
    guard let home = getenv("HOME").map({ String(cString: $0) }), home.hasPrefix("/") else { return nil }
    return home + "/.cache/mica"
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
