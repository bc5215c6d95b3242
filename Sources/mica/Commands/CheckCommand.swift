import ArgumentParser
import Semantics
import Syntax
import Workspace

/// `mica check FILE…`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report what is wrong with Mica files, weights included.")

  @Argument(help: "Mica files, or folders to search for them.")
  var files: [String]

  @OptionGroup var model: ModelOptions

  func run() throws {
    var broken = 0
    var projects: Set<String> = []
    let paths = files.flatMap { MicaFiles.find(at: $0) }
    if paths.isEmpty {
      Console.error("\(files[0]):1:1: error[unreadable-file]: there is no .mica file in this folder")
      throw ExitCode(1)
    }
    for path in paths {
      guard let program = try? LoadedProgram(path: path) else {
        broken += 1
        continue
      }
      let isNew = (program.files.project?.path).map { projects.insert($0).inserted } ?? false
      if program.report(model.diagnose(program), printsProject: isNew) { broken += 1 }
    }
    if paths.count > 1, Console.errorIsTerminal {
      Console.error(broken == 0 ? "\(paths.count) files, no errors" : "\(broken) of \(paths.count) files have errors")
    }
    if broken > 0 { throw ExitCode(1) }
  }
}
