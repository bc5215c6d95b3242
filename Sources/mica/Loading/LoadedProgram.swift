import ArgumentParser
import Semantics
import Syntax
import Tensors

/// A program read from a file, its models elaborated and bound to their weights.
struct LoadedProgram {
  let file: SourceFile
  let program: Program
  /// The paths of the program's files, by their numbers.
  private let paths: [UInt32: String]
  let printer: DiagnosticPrinter

  /// Reads a `.mica` file; where it cannot be read, says so and ends the command with exit code 1.
  init(path: String) throws {
    let bytes: [UInt8]
    do {
      bytes = try MappedFile(path: path).withBytes { Array($0) }
    } catch {
      Console.error("\(path):1:1: error[unreadable-file]: \(error)")
      throw ExitCode(1)
    }
    file = SourceFile(path: path, source: bytes, number: 0)
    program = Program(file, imports: ImportedFiles.loader(root: path))
    paths = Dictionary(uniqueKeysWithValues: program.files.map { ($0.number, $0.path) })
    printer = DiagnosticPrinter(program.files)
  }

  /// Elaborates one of the program's models.
  func elaborate(_ model: Declaration, options: ElaborationOptions) -> Elaboration {
    var options = options
    options.weightsOpener = weightsOpener
    return program.elaborate(model, options: options)
  }

  /// A binder that opens weights files beside the file that names them.
  func weightsBinder() -> WeightsBinder {
    WeightsBinder(open: weightsOpener)
  }

  /// Opens weights files beside the file that names them.
  var weightsOpener: @Sendable (WeightsStatement) -> Result<Checkpoint, WeightsError> {
    let paths = paths
    return { statement in
      let folder = ImportedFiles.folder(of: paths[statement.place.file] ?? "")
      let path = statement.path
      return CheckpointFile.open(path.hasPrefix("/") ? path : folder + path, writtenAs: path)
    }
  }

  /// The model that a command works on: the one of that name, or the only one; otherwise the reason ends the command.
  func model(named name: String?) throws -> Declaration {
    if let name {
      if let model = program.models.first(where: { $0.name == name }) { return model }
      let names = program.models.map(\.name).joined(separator: ", ")
      try fail("no-such-model", "the file has no model `\(name)`; it has \(names.isEmpty ? "none" : names)")
    }
    if program.models.count == 1 { return program.models[0] }
    if program.models.isEmpty {
      printer.print(program.diagnostics)
      if program.diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
      try fail("no-model", "the file has no `model`")
    }
    let names = program.models.map(\.name).joined(separator: ", ")
    try fail("several-models", "the file has several models: choose one of \(names) with --model")
  }

  private func fail(_ identifier: String, _ message: String) throws -> Never {
    Console.error("\(file.path):1:1: error[\(identifier)]: \(message)")
    throw ExitCode(1)
  }
}
