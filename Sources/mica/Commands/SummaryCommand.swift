import ArgumentParser
import Authoring
import JSON
import Semantics
import Syntax

/// `mica summary FILE`.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Print a model's layers with their shapes, parameters and cost.")

  @Argument(help: "A Mica file.")
  var file: String

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @Option(help: ArgumentHelp("Fold up what is nested deeper.", valueName: "N"))
  var depth: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var options: ModelOptions

  func validate() throws {
    if let depth, depth < 1 { throw ValidationError("--depth takes 1 and more, and this is \(depth)") }
  }

  func run() throws {
    let program = try LoadedProgram(path: file)
    let declaration = try program.model(named: model)
    let elaboration = program.elaborate(declaration, options: options.options)
    if elaboration.hasErrors {
      program.printer.print(elaboration.diagnostics)
      throw ExitCode(1)
    }
    let summary = ModelSummary(elaboration, bindings: options.bindings, depth: depth)
    if json {
      Console.output(summary.json.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(summary.table)
    }
  }
}
