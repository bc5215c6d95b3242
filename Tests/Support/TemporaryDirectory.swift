package import Glibc

/// A directory of its own for one test, removed with everything in it.
package final class TemporaryDirectory {
  package let path: String

  package init() throws {
    var template = Array("/tmp/mica-tests-XXXXXX".utf8CString)
    try Self.require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    for name in names() { if unlink("\(path)/\(name)") != 0 { rmdir("\(path)/\(name)") } }
    rmdir(path)
  }

  /// The names of the files, sorted.
  package func names() -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Writes a file by the system's own means, and returns its path.
  ///
  /// A file of that name goes first and stays whole for whoever has it mapped: one that is shortened makes every file that the process
  /// is writing be refused, those of tests beside included.
  package func file(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws -> String {
    let path = "\(path)/\(name)"
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try Self.require(descriptor >= 0)
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      try Self.require(count > 0)
      written += count
    }
    fchmod(descriptor, mode)
    return path
  }

  /// The bytes of a file, read by the system's own means.
  package static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    try Self.require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      try Self.require(count >= 0)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// What the system refused, by its number.
  private struct Failure: Error {
    var code: Int32
  }

  private static func require(_ condition: Bool) throws {
    if !condition { throw Failure(code: errno) }
  }
}
