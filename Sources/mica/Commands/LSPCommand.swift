import ArgumentParser
import LanguageServer

/// `mica lsp`.
struct LSPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serve an editor: the Language Server Protocol on standard input and output.")

  @Flag(help: "Use standard input and output, as always; for editors that ask.")
  var stdio = false

  @Option(
    help: ArgumentHelp("Record the traffic in this file, a JSON object a line.", valueName: "FILE"),
    completion: .file())
  var trace: String?

  @Option(help: ArgumentHelp("What goes to standard error: off, error, info or debug.", valueName: "LEVEL"))
  var log = LanguageServer.Options.LogLevel.error

  func run() throws {
    var options = LanguageServer.Options(version: Version.current)
    options.tracePath = trace
    options.logLevel = log
    Console.exit(LanguageServer(options: options).run())
  }
}

extension LanguageServer.Options.LogLevel: ExpressibleByArgument {
  public init?(argument: String) {
    guard let level = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = level
  }
}
