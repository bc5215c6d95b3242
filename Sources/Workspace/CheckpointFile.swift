import Formats
import Glibc
import Graphs
package import Semantics
import Tensors

/// Weights files on disk.
package enum CheckpointFile {
  /// Opens a weights file, reading its header only; of an ONNX file all but the elements of its tensors.
  ///
  /// - Parameter text: the path as the program writes it, for messages.
  package static func open(_ path: String, writtenAs text: String) -> Result<Checkpoint, WeightsError> {
    if text.hasSuffix(".onnx") { return openModel(path) }
    guard text.hasSuffix(".safetensors") else {
      return .failure(
        WeightsError(
          isMissing: false,
          message: "\(text): only .safetensors and .onnx files can be bound in this version of Mica"))
    }
    do {
      let file = try Safetensors.open(path)
      return .success(Checkpoint(tensors: file.entries.map { ($0.name, $0.tensor) }))
    } catch {
      return .failure(WeightsError(isMissing: error.isMissingFile, message: "\(error)"))
    }
  }

  /// The initialisers of a model, and the tensors among its nodes' attributes.
  private static func openModel(_ path: String) -> Result<Checkpoint, WeightsError> {
    do {
      let model = try ONNXReader.read(path)
      let stored = StoredTensors(model)
      return .success(
        Checkpoint(
          tensors: stored.initializers.map { ($0.name, $0.tensor.tensor) },
          annotations: Dictionary(
            stored.initializers.filter { !$0.tensor.annotations.isEmpty }.map { ($0.name, $0.tensor.annotations) }
          ) { first, _ in first },
          inner: stored.inner, innerSparse: stored.innerSparse, sparseTensors: stored.sparseInitializers,
          model: model))
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

extension ONNXError {
  /// Whether there is no file at the path.
  fileprivate var isMissingFile: Bool {
    if case .file(let error) = self { error.reason == .system(ENOENT) } else { false }
  }
}
