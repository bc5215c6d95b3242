import Checkpoints
import Formats
import Graphs
package import Semantics
import Tensors

/// Weights files on disk, as a program binds them.
package enum CheckpointFile {
  /// Opens a weights file, reading its header only; of an ONNX file all but the elements of its tensors.
  ///
  /// A file that was opened lately and has not changed since is not read again.
  /// - Parameter text: the path as the program writes it.
  package static func open(_ path: String, writtenAs text: String) -> Result<Checkpoint, WeightsError> {
    CheckpointCache.checkpoint(path) {
      do throws(WeightsError) {
        return .success(try text.hasSuffix(".onnx") ? openModel(path) : openWeights(path))
      } catch {
        return .failure(error)
      }
    }
  }

  private static func openWeights(_ path: String) throws(WeightsError) -> Checkpoint {
    let file = try WeightsFiles.open(path)
    return Checkpoint(
      tensors: file.tensors,
      unreadable: Dictionary(
        file.entries.compactMap { entry in
          if case .unreadable(let reason) = entry.content { (entry.name, reason) } else { nil }
        }
      ) { first, _ in first })
  }

  /// The initialisers of a model, and the tensors among its nodes' attributes.
  private static func openModel(_ path: String) throws(WeightsError) -> Checkpoint {
    let model = try model(path)
    let stored = StoredTensors(model)
    return Checkpoint(
      tensors: stored.initializers.map { ($0.name, $0.tensor.tensor) },
      annotations: Dictionary(
        stored.initializers.filter { !$0.tensor.annotations.isEmpty }.map { ($0.name, $0.tensor.annotations) }
      ) { first, _ in first },
      inner: stored.inner, innerSparse: stored.innerSparse, sparseTensors: stored.sparseInitializers,
      model: model)
  }

  /// The model of an ONNX file.
  static func model(_ path: String) throws(WeightsError) -> Model {
    do {
      return try ONNXReader.read(path)
    } catch {
      throw WeightsError(isMissing: error.isMissingFile, message: "\(error)")
    }
  }
}

extension ONNXError {
  /// Whether there is no file at the path.
  fileprivate var isMissingFile: Bool {
    if case .file(let error) = self { error.isMissingFile } else { false }
  }
}
