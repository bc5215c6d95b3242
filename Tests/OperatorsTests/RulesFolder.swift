import Glibc

/// The source folder of the rules, found from this file's own place.
enum RulesFolder {
  struct Missing: Error {}

  /// The names of the Swift files that hold an operator's rules: of ai.onnx, or of the domain of a folder inside.
  static func operatorNames(in inner: String = "", from file: String = #filePath) throws -> [String] {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let folder = opendir("/\(root)/Sources/Operators/Rules/\(inner)") else { throw Missing() }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasSuffix(".swift"), !name.hasSuffix("Rules.swift") else { continue }
      names.append(String(name.dropLast(6)))
    }
    return names
  }
}
