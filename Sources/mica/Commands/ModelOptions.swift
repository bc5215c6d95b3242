import ArgumentParser
import Authoring
import Semantics
import Syntax
import Workspace

/// What commands that elaborate a model have in common.
struct ModelOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write for this version of the ONNX operator set, 13 to 23; by default the one that `use onnx` names, or else "
        + "mica.json, or else 21.", valueName: "N"))
  var opset: Int?

  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Configuration of the model, such as depth=24; wins over mica.json.", valueName: "NAME=VALUE"))
  var settings: [Setting] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Sizes of open dimensions, such as N=1,H=224; those of mica.json count in summaries only.",
      valueName: "NAME=SIZE"))
  var bind: [Bindings] = []

  func validate() throws {
    let range = Program.writableOpsets
    if let opset, !range.contains(opset) {
      throw ValidationError("--opset takes \(range.lowerBound) to \(range.upperBound), and this is \(opset)")
    }
  }

  /// Whether none of the options is given.
  var isEmpty: Bool { opset == nil && settings.isEmpty && bind.isEmpty }

  var bindings: [String: Int] {
    bind.reduce(into: [:]) { $0.merge($1.sizes) { _, new in new } }
  }

  /// How a model is elaborated: these options, and what the project says beside them.
  func options(
    for model: Declaration, of program: LoadedProgram, bindsDimensions: Bool = false
  ) -> ElaborationOptions {
    program.project.options(for: model, of: program.program, given: given, bindsDimensions: bindsDimensions)
  }

  /// What the options say, and no project.
  private var given: ElaborationOptions {
    ElaborationOptions(
      opset: opset,
      configuration: Dictionary(settings.map { ($0.name, $0.value) }) { _, new in new },
      bindings: bindings)
  }

  /// Everything there is to say about a program: its text, each of its models, and their weights.
  func diagnose(_ program: LoadedProgram) -> [Diagnostic] {
    var options = given
    options.namesNodes = false
    return Analysis(program.program, project: program.project, given: options, opener: program.files.weightsOpener)
      .allDiagnostics
  }
}

/// `NAME=VALUE`.
struct Setting: ExpressibleByArgument {
  var name: String
  var value: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    name = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }
}

/// `NAME=SIZE,NAME=SIZE`.
struct Bindings: ExpressibleByArgument {
  var sizes: [String: Int] = [:]

  init?(argument: String) {
    for piece in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = piece.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let size = Int(parts[1]), size > 0 else { return nil }
      sizes[String(parts[0])] = size
    }
  }
}
