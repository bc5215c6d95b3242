package import Graphs
import Tensors

/// Reads ONNX files.
package enum ONNXReader {
  /// The model in the file at `path`.
  ///
  /// The file is mapped, and weights stay where they are: in it, or in files that it names as external data, which must
  /// be in its folder. What this version of Mica does not know is kept as wire bytes. Whatever the file claims, memory
  /// is in proportion to its size. Complexity: linear in the file without its raw tensor data.
  package static func read(_ path: String) throws(ONNXError) -> Model {
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .file(error)
    }
    let model: Model
    do throws(WireError) {
      model = try file.withBytes { (bytes) throws(WireError) in
        try ONNXSource(file: file, bytes: bytes, folder: ExternalFiles(modelPath: path)).model()
      }
    } catch {
      if let damage = file.damage { throw .file(damage) }
      throw .malformed(path: path, offset: error.offset, reason: "\(error.problem)")
    }
    if let damage = file.damage { throw .file(damage) }
    return model
  }
}
