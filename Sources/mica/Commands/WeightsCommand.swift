import ArgumentParser
import Authoring
import Checkpoints
import JSON
import Semantics
import Workspace

/// `mica weights FILE` and `mica weights BEFORE AFTER`.
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Print what a file of weights holds, or how two differ (exit code 1 where they do).",
    discussion:
      "Reads safetensors (sharded too, by its index), .npz and .npy, PyTorch's .pt, .pth and .bin, GGUF and ONNX.")

  @Argument(help: "A file of weights.")
  var file: String

  @Argument(help: "Another one, of any of the formats, to compare it with.")
  var other: String?

  @Flag(help: "Read all elements: least, greatest, mean, deviation, zeros, NaN and infinities, and a histogram.")
  var statistics = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if other != nil, statistics { throw ValidationError("--statistics is of one file") }
  }

  func run() throws {
    guard let other else {
      let table = WeightsTable(
        try Self.open(file, reading: statistics ? .elements : .headers), computesStatistics: statistics)
      return print(table.json, or: table.text)
    }
    let differences = WeightsDifferences(
      try Self.open(file, reading: .elements), try Self.open(other, reading: .elements))
    print(differences.json, or: differences.text)
    if !differences.isEmpty { throw ExitCode(1) }
  }

  /// A file of weights; where it cannot be read, the reason ends the command.
  static func open(_ path: String, reading extent: WeightsFile.Extent) throws -> WeightsFile {
    do {
      return try WeightsFiles.open(path, reading: extent)
    } catch {
      let identifier = error.isMissing ? "weights-file-missing" : "weights-file-unreadable"
      Console.error(
        Console.escaped("\(path):1:1: error[\(identifier)]: \(error.message)", keepsNewlines: false))
      throw ExitCode(1)
    }
  }

  private func print(_ value: @autoclosure () -> JSONValue, or text: @autoclosure () -> String) {
    if json {
      Console.output(value().serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(text())
    }
  }
}
