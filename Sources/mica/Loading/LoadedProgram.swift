import ArgumentParser
import Authoring
import Formats
import Glibc
import Semantics
import Syntax
import Tensors
import Workspace

/// A program read from a file, with the project that it belongs to.
struct LoadedProgram {
  let file: SourceFile
  let files: ProgramFiles
  let printer: DiagnosticPrinter

  var program: Program { files.program }
  var project: Project { files.project?.project ?? Project() }

  /// Reads a `.mica` file and the nearest project file; where they cannot be read, says so and ends the command with
  /// exit code 1.
  init(path: String) throws {
    if path.hasSuffix(".onnx") {
      try Self.fail(
        path, "unreadable-file",
        "this is an ONNX file, and the command reads Mica files; `mica convert \(path) OUT.onnx` reads ONNX")
    }
    let bytes: [UInt8]
    do {
      bytes = try MappedFile.contents(of: path)
    } catch {
      if case .system(EISDIR) = error.reason {
        try Self.fail(
          path, "unreadable-file", "this is a folder; give the Mica files in it, such as \(Self.glob(path))")
      }
      try Self.fail(path, "unreadable-file", "\(error)")
    }
    try self.init(text: bytes, path: path)
  }

  /// Reads the text of an ONNX file as `mica convert` writes it beside the file; where there is none, says why and ends the
  /// command with exit code 1.
  init(textOf path: String) throws {
    guard let model = ONNXConversion.read(path) else { throw ExitCode(1) }
    let target = path.dropLast(".onnx".utf8.count) + ".mica"
    let text: [UInt8]
    do {
      text = try ModelText.text(of: model, in: path, at: String(target))
    } catch {
      try Self.fail(path, "inexpressible-model", "this model \(error)")
    }
    try self.init(text: text, path: String(target))
  }

  private init(text: [UInt8], path: String) throws {
    file = SourceFile(path: path, source: text, number: 0)
    do {
      files = try ProgramFiles(file)
    } catch {
      try Self.fail(error.path, "unreadable-file", "\(error)")
    }
    printer = DiagnosticPrinter(
      files.program.files,
      texts: files.project.map {
        [ProjectFile.number: DiagnosticPrinter.Text(path: $0.path, source: $0.source, lines: LineIndex($0.source))]
      } ?? [:])
  }

  /// Prints diagnostics at the levels that the project gives them, without those that the files ignore.
  ///
  /// - Parameters:
  ///   - printsProject: whether the project file's own come first.
  ///   - isComplete: whether they are all that is wrong with the file.
  /// - Returns: whether one of them, or of the project file's, is an error.
  func report(_ diagnostics: [Diagnostic], printsProject: Bool = true, isComplete: Bool = false) -> Bool {
    let ofProject = project.lint.applied(to: files.project?.diagnostics ?? [])
    var kept = project.lint.applied(to: diagnostics)
    for file in program.files {
      kept = IgnoreComments(of: file.tree).applied(to: kept, tellsUnused: isComplete && file.number == self.file.number)
    }
    let leveled = project.lint.applied(to: kept)
    if printsProject { printer.print(ofProject) }
    printer.print(leveled)
    return (ofProject + leveled).contains { $0.severity == .error }
  }

  /// Elaborates one of the program's models.
  func elaborate(_ model: Declaration, options: ElaborationOptions) -> Elaboration {
    var options = options
    options.weightsOpener = files.weightsOpener
    return program.elaborate(model, options: options)
  }

  /// A binder that opens weights files beside the file that names them.
  func weightsBinder() -> WeightsBinder {
    WeightsBinder(open: files.weightsOpener)
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

  /// The recipe of that name; where there is none, says so and ends the command.
  func recipe(named name: String) throws -> Recipe {
    let recipes = program.main.recipes
    if let recipe = recipes.first(where: { $0.name == name }) { return recipe }
    if report(program.diagnostics) { throw ExitCode(1) }
    let names = recipes.map(\.name).joined(separator: ", ")
    try fail("no-such-recipe", "the file has no recipe `\(name)`; it has \(names.isEmpty ? "none" : names)")
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
