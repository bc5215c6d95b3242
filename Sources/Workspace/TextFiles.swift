import Glibc

/// The Mica files of a folder.
package enum TextFiles {
  /// No folder is searched beyond so many entries.
  private static let maximumEntries = 100_000

  /// The paths of the Mica files in a folder and in those below it, in order; hidden folders and symbolic links are left out.
  package static func below(_ folder: String) -> [String] {
    var found: [String] = []
    var open = [folder.hasSuffix("/") ? String(folder.dropLast()) : folder]
    var entries = 0
    while let folder = open.popLast(), entries < maximumEntries {
      guard let directory = opendir(folder.isEmpty ? "/" : folder) else { continue }
      defer { closedir(directory) }
      while let entry = readdir(directory), entries < maximumEntries {
        entries += 1
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") { continue }
        let path = "\(folder)/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          open.append(path)
        } else if status.st_mode & S_IFMT == S_IFREG, name.hasSuffix(".mica") {
          found.append(path)
        }
      }
    }
    return found.sorted()
  }
}
