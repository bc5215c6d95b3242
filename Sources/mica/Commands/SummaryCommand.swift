import ArgumentParser
import Authoring
import JSON
import Semantics
import Syntax

/// `mica summary FILE`.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Print a model's layers with their shapes, parameters and cost.")

  @Argument(help: "A Mica file.", completion: .texts)
  var file: String

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Fold up what is nested deeper.", valueName: "N"))
  var depth: Int?

  @Flag(help: "List the parameters and buffers by their state-dict paths instead of the layers.")
  var parameters = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var options: ModelOptions

  func validate() throws {
    if let depth, depth < 1 { throw ValidationError("--depth takes 1 and more, and this is \(depth)") }
    if depth != nil, parameters { throw ValidationError("--depth folds layers, and --parameters lists none") }
  }

  func run() throws {
    let program = try LoadedProgram(path: file)
    let declaration = try program.model(named: model)
    let options = options.options(for: declaration, of: program, bindsDimensions: true)
    let elaboration = program.elaborate(declaration, options: options)
    if program.report(elaboration.diagnostics) { throw ExitCode(1) }
    if parameters {
      let list = StateDictionary(elaboration)
      print(list.json, or: list.table)
    } else {
      let bindings = options.bindings.filter { declaration.dimensionNames.contains($0.key) }
      let summary = ModelSummary(elaboration, bindings: bindings, depth: depth)
      print(summary.json, or: summary.table)
    }
  }

  private func print(_ value: @autoclosure () -> JSONValue, or table: @autoclosure () -> String) {
    if json {
      Console.output(value().serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(table())
    }
  }
}
