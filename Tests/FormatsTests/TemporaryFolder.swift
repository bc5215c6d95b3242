import Glibc

/// A folder that goes away with what is in it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/mica-formats-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? ""
    }
    precondition(!path.isEmpty, "no temporary folder")
  }

  deinit {
    for name in names { unlink(self / name) }
    rmdir(path)
  }

  /// The files in the folder, sorted.
  var names: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func / (folder: TemporaryFolder, name: String) -> String { folder.path + "/" + name }

  func write(_ bytes: [UInt8], to name: String) -> String {
    let file = fopen(self / name, "wb")!
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return self / name
  }

  func bytes(of name: String) -> [UInt8] {
    guard let file = fopen(self / name, "rb") else { return [] }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: ftell(file))
    rewind(file)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }
}
