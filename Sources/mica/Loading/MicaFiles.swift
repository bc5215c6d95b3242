import Glibc

/// The Mica files that an argument of a command names.
enum MicaFiles {
  /// The path itself, or for a folder the `.mica` files in and below it, in order.
  ///
  /// Hidden files and folders are left out, and links to folders.
  static func find(at path: String) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    var files: [String] = []
    var folders = [path]
    while let folder = folders.popLast() {
      let names = Self.names(in: folder).filter { !$0.hasPrefix(".") }
      for name in names {
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        guard lstat(path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          folders.append(path)
        } else if name.hasSuffix(".mica") {
          files.append(path)
        }
      }
    }
    return files.sorted()
  }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}
