import Checkpoints
import Glibc

/// The names of files around a text, for `weights "…"` and `import "…"`.
package enum NamedFiles {
  /// The names that may stand where the cursor is, and the range of the text that they replace.
  ///
  /// - Parameters:
  ///   - source: the text, which need not follow the grammar.
  ///   - path: the path of its file.
  /// - Returns: `nil` where no file is being named.
  package static func completions(
    in source: [UInt8], at offset: Int, of path: String
  ) -> (names: [String], replaced: Range<Int>)? {
    var start = offset
    while start > 0, source[start - 1] != UInt8(ascii: "\"") {
      if source[start - 1] == UInt8(ascii: "\n") { return nil }
      start -= 1
    }
    guard start > 0 else { return nil }
    var before = start - 1
    while before > 0, source[before - 1] == UInt8(ascii: " ") { before -= 1 }
    let isWanted: (String) -> Bool
    let own = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    let typed = String(decoding: source[start..<offset], as: UTF8.self)
    switch word(before: before, in: source) {
    case "weights": isWanted = isWeightsFile
    // No text imports itself.
    case "import": isWanted = { $0.hasSuffix(".mica") && ($0 != own || typed.contains("/")) }
    default: return nil
    }
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let base = folder.hasPrefix("/") ? folder : ImportedFiles.folder(of: path) + folder
    let rest = source[offset...].prefix { !" \"\n(".utf8.contains($0) }
    let isClosed = rest.endIndex < source.count && source[rest.endIndex] == UInt8(ascii: "\"")
    return (
      entries(of: base.isEmpty ? "." : base, isWanted).map { folder + $0 }, start..<(isClosed ? rest.endIndex : offset)
    )
  }

  /// The word that ends at an offset.
  private static func word(before offset: Int, in source: [UInt8]) -> String {
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let word = source[..<offset].reversed().prefix { letters.contains($0) }
    return String(decoding: word.reversed(), as: UTF8.self)
  }

  /// Whether a file has weights by the end of its name.
  package static func isWeightsFile(_ name: String) -> Bool {
    name.hasSuffix(".onnx") || WeightsFile.suffixes.contains { name.hasSuffix($0) }
  }

  /// Files of the wanted names, and folders, the latter with a slash.
  private static func entries(of folder: String, _ isWanted: (String) -> Bool) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      var status = stat()
      guard stat(folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        names.append(name + "/")
      } else if isWanted(name) {
        names.append(name)
      }
    }
    return names.sorted()
  }
}
