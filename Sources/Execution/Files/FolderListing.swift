import Glibc
package import Tensors

/// Folders and what is in them.
package enum FolderListing {
  /// The names of what is in a folder, in order; none where it cannot be read.
  package static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The paths of what is in a folder and named as the last part of a pattern says, in order; `nil` where that has no `*`, or
  /// is the name of something itself.
  package static func matches(_ pattern: String) -> [String]? {
    let start = pattern.lastIndex(of: "/").map(pattern.index(after:)) ?? pattern.startIndex
    let (folder, name) = (pattern[..<start], String(pattern[start...]))
    guard name.contains("*"), access(pattern, F_OK) != 0 else { return nil }
    let names = names(in: folder.isEmpty ? "." : String(folder))
    return names.filter { fnmatch(name, $0, FNM_PERIOD) == 0 }.map { folder + $0 }
  }

  /// Whether the path is that of a folder; a link to one is one.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a folder, and those above it that are not there.
  package static func create(_ path: String) throws(FileError) {
    if isFolder(path) { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try create(String(path[..<slash])) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw FileError(.create, path, .system(errno)) }
  }

  /// Removes a file, or a folder with all that is in it; links are removed and not followed.
  package static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
