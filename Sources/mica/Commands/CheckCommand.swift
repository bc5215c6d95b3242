import ArgumentParser
import Semantics
import Syntax

/// `mica check FILE…`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report what is wrong with Mica files, weights included.")

  @Argument(help: "Mica files.")
  var files: [String]

  @OptionGroup var model: ModelOptions

  func run() throws {
    var hasErrors = false
    for path in files {
      guard let program = try? LoadedProgram(path: path) else {
        hasErrors = true
        continue
      }
      let diagnostics = model.diagnose(program)
      program.printer.print(diagnostics)
      hasErrors = hasErrors || diagnostics.contains { $0.severity == .error }
    }
    if hasErrors { throw ExitCode(1) }
  }
}
