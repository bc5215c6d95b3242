import Glibc

/// The source folder of the rules, found from this file's own place.
enum RulesFolder {
  struct Missing: Error {}

  /// The text of an operator's file.
  static func text(of name: String, from file: String = #filePath) throws -> String {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let stream = fopen("/\(root)/Sources/Operators/Rules/\(name).swift", "r") else { throw Missing() }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    bytes.removeSubrange(fread(&bytes, 1, bytes.count, stream)...)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The names of the operators whose rules files of the folder hold, or of a folder in it.
  ///
  /// - Parameter prefix: what stands before them in the files' names.
  static func operatorNames(
    in subfolder: String = "", prefix: String = "", from file: String = #filePath
  ) throws -> [String] {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let folder = opendir("/\(root)/Sources/Operators/Rules/\(subfolder)") else { throw Missing() }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasSuffix(".swift"), name.hasPrefix(prefix), !name.hasSuffix("Rules.swift") else { continue }
      names.append(String(name.dropLast(6).dropFirst(prefix.count)))
    }
    return names
  }
}
