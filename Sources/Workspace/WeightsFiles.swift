package import Checkpoints
import Formats
import Graphs
package import Semantics
import Tensors

/// Files of weights of every format that there is, ONNX models included.
package enum WeightsFiles {
  /// Opens a file; of an ONNX file the initialisers come first, then what Constant nodes give by the names of their results,
  /// then other tensors inside of nodes by their places.
  package static func open(
    _ path: String, reading extent: WeightsFile.Extent = .elements
  ) throws(WeightsError) -> WeightsFile {
    guard path.hasSuffix(".onnx") else {
      do throws(CheckpointError) {
        return try WeightsFile.open(path, reading: extent)
      } catch {
        throw WeightsError(isMissing: error.isMissingFile, message: "\(error)", files: [path, error.path])
      }
    }
    let model = try CheckpointFile.model(path)
    let stored = StoredTensors(model)
    let tensors =
      stored.initializers.map { ($0.name, $0.tensor.tensor) } + stored.constants
      + stored.inner.filter { !stored.constantPlaces.contains($0.key) }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value.tensor) }
    var result = WeightsFile(path: path, format: .onnx)
    result.entries = tensors.map { name, tensor in
      WeightsFile.Entry(name: name, dtype: tensor.element.spelling, tensor)
    }
    result.entries += stored.sparseInitializers.map { name, tensor in
      WeightsFile.Entry(
        name: name, dtype: "sparse \(tensor.values.tensor.element.spelling)", sizes: tensor.sizes,
        byteCount: tensor.values.tensor.byteCount ?? 0, content: .unreadable("it is sparse"))
    }
    return result
  }
}
