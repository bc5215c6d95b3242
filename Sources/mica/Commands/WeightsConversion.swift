import ArgumentParser
import Authoring
import Checkpoints
import Tensors

/// Conversions of files of weights: any format to safetensors or `.npz`.
enum WeightsConversion {
  /// Whether a path is one of weights by its end.
  static func reads(_ path: String) -> Bool { WeightsFile.suffixes.contains { path.hasSuffix($0) } }

  static func writes(_ path: String) -> Bool { path.hasSuffix(".safetensors") || path.hasSuffix(".npz") }

  /// Writes the tensors of a file as another.
  ///
  /// - Parameter shardSize: the most bytes of one safetensors file.
  static func run(_ input: String, _ output: String, shardSize: Int?) throws {
    let file = try WeightsCommand.open(input, reading: .elements)
    if let entry = file.entries.first(where: { $0.tensor == nil }), case .unreadable(let reason) = entry.content {
      Console.error(
        "\(input):1:1: error[weights-file-unreadable]: "
          + "\(WeightsWritingError.unreadable(entry.name, reason: reason)); nothing is written")
      throw ExitCode(1)
    }
    do {
      var paths = [output]
      if output.hasSuffix(".npz") {
        try NumPyArchiveWriter.write(file.tensors, to: output)
      } else {
        let metadata = file.format == .safetensors ? file.metadata : []
        paths = try SafetensorsWriter.write(file.tensors, metadata: metadata, to: output, shardSize: shardSize)
      }
      let bytes = file.entries.reduce(0) { $0 + $1.byteCount }
      Console.output(
        "wrote \(paths.last ?? output)\(paths.count > 1 ? " and \(paths.count - 1) files of weights" : ""): "
          + "\(file.entries.count) tensors of \(Quantity.bytes(bytes))")
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
  }
}
