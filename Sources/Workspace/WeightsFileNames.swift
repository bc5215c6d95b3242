import Checkpoints
import Glibc

/// The names of weights files beside a text, for `weights "…"`.
package enum WeightsFileNames {
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
    guard source[..<before].suffix(7).elementsEqual("weights".utf8) else { return nil }
    let typed = String(decoding: source[start..<offset], as: UTF8.self)
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let base = folder.hasPrefix("/") ? folder : ImportedFiles.folder(of: path) + folder
    return (entries(of: base.isEmpty ? "." : base).map { folder + $0 }, start..<offset)
  }

  /// Whether a file has weights by the end of its name.
  package static func isWeightsFile(_ name: String) -> Bool {
    name.hasSuffix(".onnx") || WeightsFile.suffixes.contains { name.hasSuffix($0) }
  }

  /// Weights files and folders, the latter with a slash.
  private static func entries(of folder: String) -> [String] {
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
      } else if isWeightsFile(name) {
        names.append(name)
      }
    }
    return names.sorted()
  }
}
