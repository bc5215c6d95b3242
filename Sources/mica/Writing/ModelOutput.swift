import ArgumentParser
import Formats
import Glibc
import Graphs
import Syntax
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
  ///
  /// - Returns: what was written, as the command is to say it.
  @discardableResult
  func write(_ model: Model) throws -> String {
    do {
      if path.hasSuffix(".mica") { return try writeText(of: model).map { "\(path) and \($0)" } ?? path }
      try writeONNX(model, to: path)
      return path
    } catch let error as ForeignFile {
      Console.error(
        Console.escaped(
          "\(error.path):1:1: error[unwritable-file]: the text needs a file for its tensors, and this one is there already; "
            + "move it, or give the text another name", keepsNewlines: false))
      throw ExitCode(1)
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

  /// A file that no text of the name has named.
  private struct ForeignFile: Error {
    var path: String
  }

  /// Writes a text, and gives the path of the file that was made for its tensors.
  private func writeText(of model: Model) throws -> String? {
    if let source, let text = try? ModelText.text(of: model, in: source, at: path) {
      try write(text)
      return nil
    }
    let weights = path.dropLast(".mica".utf8.count) + ".weights.onnx"
    let isThere = access(String(weights), F_OK) == 0
    try Self.checkDistinct(String(weights), from: inputs)
    if isThere, !Self.isOwn(String(weights), ofTextAt: path) { throw ForeignFile(path: String(weights)) }
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
    return String(weights)
  }

  /// Whether a text that is replaced takes its tensors from a file, so that this one is replaced with it.
  static func isOwn(_ weights: String, ofTextAt path: String) -> Bool {
    guard let text = try? MappedFile(path: path).withBytes({ Array($0) }) else { return false }
    let name = weights.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? weights
    return SyntaxTree.parse(text, file: 0).root.weightsFiles.contains(name)
  }

  private func write(_ text: [UInt8]) throws {
    let file = try OutputFile(path: path)
    try file.write(text)
    try file.commit()
  }

  /// - Throws: where a file that is to be written is one of those that are read, by whatever path.
  static func checkDistinct(_ path: String, from inputs: [String]) throws(FileError) {
    if inputs.contains(where: { isSame($0, path) }) { throw FileError(.replace, path, .isInput) }
  }

  /// Ends the command, with the reason, where a file that is to be written is one of those that are read.
  static func refuse(_ path: String, from inputs: [String]) throws {
    do throws(FileError) {
      try checkDistinct(path, from: inputs)
    } catch {
      Console.error("\(path):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_ino == second.st_ino
      && first.st_dev == second.st_dev
  }
}

extension Syntax {
  /// The files that `weights` statements in the node and below it name.
  fileprivate var weightsFiles: [String] {
    let own = kind == .weightsStatement ? children.first { $0.kind == .string }?.stringValue : nil
    return (own.map { [$0] } ?? []) + children.flatMap(\.weightsFiles)
  }
}
