import Checkpoints
import Glibc

/// The names of files around a text, for `weights "…"`, `import "…"`, `calibration="…"` and `export("…")`.
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
    let own = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    let typed = String(decoding: source[start..<offset], as: UTF8.self)
    let isWanted: (String) -> Bool
    switch lead(before: start - 1, in: source) {
    case "weights": isWanted = isWeightsFile
    // No text imports itself.
    case "import": isWanted = { $0.hasSuffix(".mica") && ($0 != own || typed.contains("/")) }
    case "calibration=": isWanted = { $0.hasSuffix(".npz") || $0.hasSuffix(".npy") }
    case "export(": isWanted = { $0.hasSuffix(".onnx") }
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

  /// The word before an offset, with the sign `=` or `(` behind it; `export(path=` is `export(`.
  private static func lead(before offset: Int, in source: [UInt8]) -> String {
    var end = offset
    func skipSpaces() { while end > 0, source[end - 1] == UInt8(ascii: " ") { end -= 1 } }
    func takeWord() -> String {
      let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
      let word = source[..<end].reversed().prefix { letters.contains($0) }
      end -= word.count
      return String(decoding: word.reversed(), as: UTF8.self)
    }
    func takeSign() -> String {
      skipSpaces()
      guard end > 0, source[end - 1] == UInt8(ascii: "=") || source[end - 1] == UInt8(ascii: "(") else { return "" }
      end -= 1
      defer { skipSpaces() }
      return source[end] == UInt8(ascii: "=") ? "=" : "("
    }
    let sign = takeSign()
    let word = takeWord()
    guard word == "path", sign == "=", takeSign() == "(" else { return word + sign }
    return takeWord() + "("
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
