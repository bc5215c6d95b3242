import Glibc
package import Semantics
import Tensors

/// Weights files on disk.
package enum CheckpointFile {
  /// Opens a weights file, reading its header only.
  ///
  /// - Parameter text: the path as the program writes it, for messages.
  package static func open(_ path: String, writtenAs text: String) -> Result<Checkpoint, WeightsError> {
    guard text.hasSuffix(".safetensors") else {
      return .failure(
        WeightsError(isMissing: false, message: "\(text): only .safetensors files can be bound in this version of Mica")
      )
    }
    do {
      let file = try Safetensors.open(path)
      return .success(Checkpoint(tensors: file.entries.map { ($0.name, $0.tensor) }))
    } catch {
      return .failure(WeightsError(isMissing: error.isMissingFile, message: "\(error)"))
    }
  }
}

extension SafetensorsError {
  /// Whether there is no file at the path.
  fileprivate var isMissingFile: Bool {
    if case .file(let error) = self { error.reason == .system(ENOENT) } else { false }
  }
}
