import ArgumentParser
import Formats
import Glibc
import Graphs
import Tensors
import Workspace

/// A model that a command has made, written as a file of either kind.
///
/// A text names the tensors of the file that they came from, where that file has all of them as they are. Otherwise a file
/// of its own stands beside the text, `NAME.weights.onnx`.
struct ModelOutput {
  let path: String
  /// Files that must stay as they are.
  let inputs: [String]
  /// The ONNX file that the model was read from, if it comes from one alone.
  let source: String?

  init(_ path: String, inputs: [String], source: String?) {
    (self.path, self.inputs, self.source) = (path, inputs, source)
  }

  static func check(_ path: String, _ command: String) throws {
    guard path.hasSuffix(".onnx") || path.hasSuffix(".mica") else {
      throw ValidationError("\(path): \(command) writes .onnx and .mica files")
    }
  }

  static func checkInput(_ path: String, _ command: String) throws {
    guard path.hasSuffix(".onnx") || path.hasSuffix(".mica") else {
      throw ValidationError("\(path): \(command) reads .onnx and .mica files")
    }
  }

  /// Writes the model; where that cannot be, says why and ends the command.
  func write(_ model: Model) throws {
    do {
      if path.hasSuffix(".mica") { try writeText(of: model) } else { try writeONNX(model, to: path) }
    } catch let error as InexpressibleModel {
      Console.error(
        Console.escaped("\(path):1:1: error[inexpressible-model]: this model \(error)", keepsNewlines: false))
      throw ExitCode(1)
    } catch {
      Console.error("\(path):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
  }

  private func writeONNX(_ model: Model, to path: String) throws {
    var options = ONNXWriter.Options()
    options.replacesSources = !inputs.contains { $0.hasSuffix(".mica") }
    if let source { options.externalData = .asRead(from: source) }
    try ONNXWriter.write(model, to: path, options: options)
  }

  private func writeText(of model: Model) throws {
    if let source, let text = try? ModelText.text(of: model, in: source, at: path) { return try write(text) }
    let weights = path.dropLast(".mica".utf8.count) + ".weights.onnx"
    let isThere = access(String(weights), F_OK) == 0
    try Self.checkDistinct(String(weights), from: inputs)
    try writeONNX(model, to: String(weights))
    do {
      try write(try ModelText.text(of: try ONNXReader.read(String(weights)), in: String(weights), at: path))
    } catch {
      if !isThere {
        unlink(String(weights))
        unlink(String(weights) + ".data")
      }
      throw error
    }
  }

  private func write(_ text: [UInt8]) throws {
    let file = try OutputFile(path: path)
    try file.write(text)
    try file.commit()
  }

  /// - Throws: where a file that is to be written is one of those that are read, by whatever path.
  static func checkDistinct(_ path: String, from inputs: [String]) throws(FileError) {
    if inputs.contains(where: { isSame($0, path) }) { throw FileError(.create, path, .system(EEXIST)) }
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_ino == second.st_ino
      && first.st_dev == second.st_dev
  }
}
