package import Formats
package import Graphs
import Tensors

/// A file that ONNX Runtime can load: the user's own, or one that is written for a run and goes with this.
package struct RunnableModel: Sendable {
  package let path: String
  private let folder: TemporaryFolder?

  /// An ONNX file as it is.
  package init(path: String) {
    self.path = path
    folder = nil
  }

  /// A model written to a file of its own, where temporary files are.
  package init(_ model: Model) throws(ONNXError) {
    do throws(FileError) {
      let folder = try TemporaryFolder()
      self.folder = folder
      path = folder.path + "/model.onnx"
    } catch { throw .file(error) }
    try ONNXWriter.write(model, to: path)
  }

  package func session(_ options: SessionOptions, _ runtime: Runtime) throws(RuntimeError) -> Session {
    try Session(path: path, options: options, runtime: runtime)
  }
}
