package import Semantics

extension Elaboration {
  /// The path of the ONNX file that a text is one of: an export leaves its data files where they are.
  ///
  /// - Parameter path: the path of the text.
  /// - Returns: `nil` for a text that is of no file, or takes weights from several.
  package func importedFile(ofTextAt path: String) -> String? {
    let files = Set(weights.map(\.path))
    guard isVerbatim, files.count == 1, let file = files.first, file.hasSuffix(".onnx") else { return nil }
    return file.hasPrefix("/") ? file : ImportedFiles.folder(of: path) + file
  }
}
