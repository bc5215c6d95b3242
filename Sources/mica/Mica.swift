import ArgumentParser
import Heap
import Operators
import Tensors

/// The command line.
@main
struct Mica: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mica",
    abstract: "Model graphs as text: check, size and export them.",
    version: "mica \(Version.current)",
    subcommands: [
      NewCommand.self, CheckCommand.self, SummaryCommand.self, ViewCommand.self, ExplainCommand.self,
      ConvertCommand.self,
      SimplifyCommand.self, QuantizeCommand.self, PruneCommand.self, RunCommand.self, FormatCommand.self,
      DiffCommand.self, CompareCommand.self, ExtractCommand.self, JoinCommand.self, RenameCommand.self,
      BatchCommand.self,
      WeightsCommand.self, OperatorsCommand.self, InstallCommand.self, LSPCommand.self,
    ]
  )

  /// Runs the command that the arguments name: exit code 0, 1 where problems were found, 2 for a wrong call.
  static func main() {
    Heap.keepFreedMemory()
    refuseUnknownCommand()
    let reads = FileReads()
    do {
      var command = try parseAsRoot()
      try command.run()
      // What was said of zeros must not pass for what the file holds.
      if let damage = reads.damage, !(command is LSPCommand) {
        Console.error("\(damage.path):1:1: error[unreadable-file]: \(damage)")
        Console.exit(1)
      }
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      Console.error(fullMessage(for: error))
      Console.exit(2)
    }
  }

  /// Ends the program where the first argument names no command, with the nearest one that there is.
  private static func refuseUnknownCommand() {
    guard let name = CommandLine.arguments.dropFirst().first, !name.hasPrefix("-") else { return }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(name), name != "help" else { return }
    let nearest = Catalogue.nearest(to: name, in: names).map { "did you mean `mica \($0)`?" }
    Console.error(
      "Error: there is no command `\(name)`; " + (nearest ?? "there are \(names.joined(separator: ", "))")
        + "\n  See 'mica --help' for more information.")
    Console.exit(2)
  }
}
