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
    var checkpoint = Checkpoint(
      tensors: file.tensors,
      unreadable: Dictionary(
        file.entries.compactMap { entry in
          if case .unreadable(let reason) = entry.content { (entry.name, reason) } else { nil }
        }
      ) { first, _ in first })
    checkpoint.stamps = file.stamps
    return checkpoint
  }

  /// The initialisers of a model, and the tensors among its nodes' attributes.
  private static func openModel(_ path: String) throws(WeightsError) -> Checkpoint {
    let stamp = FileStamp(path)
    let model = try model(path)
    let stored = StoredTensors(model)
    var checkpoint = Checkpoint(
      tensors: stored.initializers.map { ($0.name, $0.tensor.tensor) },
      annotations: Dictionary(
        stored.initializers.filter { !$0.tensor.annotations.isEmpty }.map { ($0.name, $0.tensor.annotations) }
      ) { first, _ in first },
      inner: stored.inner, innerSparse: stored.innerSparse, sparseTensors: stored.sparseInitializers,
      constants: stored.constants, model: model)
    checkpoint.stamps[path] = stamp
    var last: MappedFile?
    for tensor in checkpoint.tensors.lazy.map(\.tensor) + checkpoint.inner.values.map(\.tensor) {
      guard case .mapped(let file, _) = tensor.storage, file !== last, file.path != path else { continue }
      checkpoint.stamps[file.path] = file.stamp
      last = file
    }
    return checkpoint
  }

  /// The model of an ONNX file.
  static func model(_ path: String) throws(WeightsError) -> Model {
    do {
      return try ONNXReader.read(path)
    } catch {
      throw WeightsError(
        isMissing: error.isMissingFile, message: "\(error)", files: [path] + (error.filePath.map { [$0] } ?? []))
    }
  }
}

extension ONNXError {
  /// Whether there is no file at the path.
  fileprivate var isMissingFile: Bool {
    if case .file(let error) = self { error.isMissingFile } else { false }
  }

  /// The path of a file that cannot be read: the model's, or one with its data.
  fileprivate var filePath: String? {
    if case .file(let error) = self { error.path } else { nil }
  }
}
