import ArgumentParser

/// The command line.
@main
struct Mica: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mica",
    abstract: "Model graphs as text: check, size and export them.",
    version: "mica \(Version.current)",
    subcommands: [CheckCommand.self, SummaryCommand.self, ConvertCommand.self, FormatCommand.self]
  )

  /// Runs the command that the arguments name: exit code 0, 1 where problems were found, 2 for a wrong call.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      Console.error(fullMessage(for: error))
      Console.exit(2)
    }
  }
}
