import ArgumentParser
import Authoring
import Glibc
import Semantics
import Syntax
import Tensors

/// A program read from a file, with the project that it belongs to.
struct LoadedProgram {
  let file: SourceFile
  let program: Program
  /// The paths of the program's files, by their numbers.
  private let paths: [UInt32: String]
  let project: Project
  /// Where the project file is, if there is one.
  let projectPath: String?
  /// What is wrong with the project file.
  let projectDiagnostics: [Diagnostic]
  let printer: DiagnosticPrinter

  /// Reads a `.mica` file and the nearest project file; where they cannot be read, says so and ends the command with
  /// exit code 1.
  init(path: String) throws {
    if path.hasSuffix(".onnx") {
      try Self.fail(
        path, "unreadable-file",
        "this is an ONNX file, and the command reads Mica files; `mica convert \(path) OUT.onnx` reads ONNX")
    }
    let bytes: [UInt8]
    let projectFile: ProjectFile?
    do {
      bytes = try MappedFile(path: path).withBytes { Array($0) }
    } catch {
      if case .system(EISDIR) = error.reason {
        try Self.fail(
          path, "unreadable-file", "this is a folder; give the Mica files in it, such as \(Self.glob(path))")
      }
      try Self.fail(path, "unreadable-file", "\(error)")
    }
    do {
      projectFile = try ProjectFile.nearest(to: path)
    } catch {
      try Self.fail(error.path, "unreadable-file", "\(error)")
    }
    file = SourceFile(path: path, source: bytes, number: 0)
    program = Program(file, imports: ImportedFiles.loader(root: path))
    paths = Dictionary(uniqueKeysWithValues: program.files.map { ($0.number, $0.path) })
    project = projectFile?.project ?? Project()
    projectPath = projectFile?.text.path
    projectDiagnostics = projectFile?.diagnostics ?? []
    printer = DiagnosticPrinter(program.files, texts: projectFile.map { [ProjectFile.number: $0.text] } ?? [:])
  }

  /// Prints diagnostics at the levels that the project gives them.
  ///
  /// - Parameter printsProject: whether the project file's own come first.
  /// - Returns: whether one of them, or of the project file's, is an error.
  func report(_ diagnostics: [Diagnostic], printsProject: Bool = true) -> Bool {
    let ofProject = project.lint.applied(to: projectDiagnostics)
    let leveled = project.lint.applied(to: diagnostics)
    if printsProject { printer.print(ofProject) }
    printer.print(leveled)
    return (ofProject + leveled).contains { $0.severity == .error }
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
      if report(program.diagnostics) { throw ExitCode(1) }
      try fail("no-model", "the file has no `model`")
    }
    let names = program.models.map(\.name).joined(separator: ", ")
    try fail("several-models", "the file has several models: choose one of \(names) with --model")
  }

  private func fail(_ identifier: String, _ message: String) throws -> Never {
    try Self.fail(file.path, identifier, message)
  }

  private static func fail(_ path: String, _ identifier: String, _ message: String) throws -> Never {
    Console.error(Console.escaped("\(path):1:1: error[\(identifier)]: \(message)", keepsNewlines: false))
    throw ExitCode(1)
  }

  private static func glob(_ folder: String) -> String {
    folder.hasSuffix("/") ? folder + "*.mica" : folder + "/*.mica"
  }
}
